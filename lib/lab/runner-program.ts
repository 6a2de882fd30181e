/** A file of a container, by its path there. */
export interface MountedFile {
  path: string;
  content: Uint8Array;
}

/** A container of a TestRun's pod, as a kubelet would have it started: variables and volumes are read already. */
export interface RunnerContainer {
  /** The pod's name: of one pod at a time. */
  pod: string;
  /** k6's arguments, from `run` on. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  files: readonly MountedFile[];
}

/** A k6 that runs, or waits as one that was started with `--paused` does. */
export interface RunnerProcess {
  /** Asks its HTTP API (https://grafana.com/docs/k6/latest/misc/k6-rest-api/). */
  ask(method: string, path: string, body: string): Promise<{ status: number; body: string }>;
  /** Asks it to end, or kills it. */
  end(how: 'SIGTERM' | 'SIGKILL'): void;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

/** What starts k6 for the lab, which knows nothing of k6 itself. */
export interface RunnerProgram {
  /** As the operator's initializer does: k6 reads the script. What it printed, and its exit code. */
  inspect(container: RunnerContainer): Promise<{ code: number; log: string }>;
  /** Rejects where it cannot be started. */
  start(container: RunnerContainer, onLog: (text: string) => void): Promise<RunnerProcess>;
}

import { type ClientCertificate } from '@/lib/model/client-certificate';
import { type Message } from '@/lib/model/message';
import { type OperatorLoad } from '@/lib/model/operator-load';
import { type Target } from '@/lib/model/target';
import { type Run, type RunSummary } from '@/lib/model/run';
import { type MadeFile } from './artefacts';
import { type LoadIngest } from './load-ingest';
import { type RecordedBefore } from './recorded-before';
import { type ScriptSource } from './script-folder';

/**
 * What makes a run's load: a k6 of this machine (`LocalK6`), or another's. A run knows nothing else of it: not where
 * the load is made, nor by how many processes.
 */
export interface Engine {
  /** Stored with each run of it. */
  readonly name: string;
  /**
   * The script's options as k6 consolidates them, with `totalDuration` and `maxVUs`. Its init code runs for it. Throws
   * ScriptError where k6 refuses the script, another Problem where there is no k6, or no cage and it needs one.
   */
  check(script: Script): Promise<Record<string, unknown>>;
  /**
   * Starts the load. Resolves when it is under way, or about to be; rejects, with nothing left behind, where it cannot
   * be: a Problem, or what another program said.
   */
  start(load: Load): Promise<RunningLoad>;
  /**
   * Takes on a load that a process which is gone has started, where it goes on elsewhere; null: it does not. `before`: what
   * was recorded of it, which its pushes tell of again. Rejects, with all left as it is, where it cannot be reached.
   */
  takeOn?(handle: LoadHandle, load: LoadTakenOn, before: RecordedBefore): Promise<RunningLoad | null>;
  /** Ends what a process of ours that is gone has left of a load. Does nothing where that is gone too. */
  recover(handle: LoadHandle): Promise<void>;
  /** Removes what loads of an earlier process have left behind; none is under way when it is called. */
  clear(): Promise<void>;
}

export interface Script extends ScriptSource {
  scriptName: string;
  /** The script's variables. */
  env: Record<string, string>;
  /** Whether it may run where k6 cannot be confined: with all rights of the dashboard's user. */
  uncagedAllowed: boolean;
}

export interface Load extends Script {
  runId: string;
  /** The gateway, the only address that may be loaded, which the script has as `TARGET_URL`; and the name that it routes by, as `HOST`. */
  target: Target;
  /** What the gateway is shown (mTLS); null: nothing. */
  clientCertificate: ClientCertificate | null;
  /** The script's options as `check` gave them. */
  options: Record<string, unknown>;
  /** How many k6s of this machine share it. */
  runners: number;
  /** Opens this run's ingest route; worth nothing elsewhere. */
  ingestSecret: string;
  /** The cluster of the target, and how runners are placed there, for an engine that makes load in one; null: none was asked. */
  cluster: { kubeContext: string | null; operator: OperatorLoad } | null;
  /** Aborts where the load is no longer wanted before it is under way: `start` rejects then. */
  signal?: AbortSignal;
  /** Stores what `recover` needs, where an engine leaves something to be found before `start` resolves. */
  onHandle?: (handle: LoadHandle) => Promise<void>;
  onLog: (line: LoadLogLine) => void;
}

/** Its secret is with those who push. */
export type LoadTakenOn = Omit<Load, 'ingestSecret' | 'onHandle'>;

export interface RunningLoad {
  /** What `recover` needs. It is stored, so it is JSON. */
  readonly handle: LoadHandle;
  /** Of k6, without the `v`. */
  readonly version: string;
  /**
   * Turns what reaches the run's ingest route into what each second brought (`createLoadIngest`). Of several runners each
   * pushes to an address of its own, `?runner=NUMBER` (from 1), and `&life=` where another process may follow it: a script
   * cannot change where its metrics go.
   */
  readonly pushes: LoadIngest;
  /**
   * `graceful`: iterations under way are interrupted, the teardown runs, the last metrics are pushed. `kill`: at once,
   * without any of it. May be asked for at any time, and more than once.
   */
  stop(mode: StopMode): void;
  /** Resolves when nothing makes load any more and all of the log has been handed over; never rejects. */
  readonly ended: Promise<LoadEnd>;
}

export type StopMode = NonNullable<Run['stopAsked']>;
export type LoadHandle = Record<string, unknown>;

export interface LoadLogLine {
  atUnixMs: number;
  /** k6's own (`info`, `warning`, `error`, …), or `summary` for what it prints on stdout. */
  level: string;
  /** k6's words as they are, or ours. */
  text: string | Message;
}

export interface LoadEnd {
  /** `finished` also where thresholds were crossed: the load itself was run. */
  state: 'finished' | 'failed';
  /** Why; null for a clean end. */
  reason: Message | null;
  /** k6's own end-of-test summary; null where it ended without one. */
  summary: RunSummary | null;
  /** What the script's `handleSummary` made. */
  artefacts: MadeFile[];
}

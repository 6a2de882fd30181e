import { type ContainerRole, type PodStep } from '@/lib/model/cluster-report';
import { toUnixMs, type ContainerStatus, type Pod } from './pod-phase';

/** A step that a pod's object states; `key` tells it apart from the pod's others. */
export type StatedStep = Omit<PodStep, 'id' | 'atMs' | 'serverAtMs' | 'kind'> & {
  key: string;
  /** The server's own time, Unix ms. */
  serverAtUnixMs: number | null;
};

/**
 * All steps of its life that a pod's object states, in the order of its life, with the server's own times, and at the end
 * the word that kubectl shows for it.
 */
export function podSteps(pod: Pod): StatedStep[] {
  const { uid, name } = pod.metadata;
  const base = {
    uid,
    name,
    node: null,
    container: null,
    role: null,
    reason: null,
    exitCode: null,
    restarts: null,
  };
  const since = (type: string): number | null | undefined => {
    const found = pod.status?.conditions?.find((one) => one.type === type && one.status === 'True');
    return found && toUnixMs(found.lastTransitionTime);
  };
  const steps: StatedStep[] = [];
  const scheduled = since('PodScheduled');
  const node = pod.spec?.nodeName || null;
  if (scheduled !== undefined)
    steps.push({ ...base, key: 'scheduled', step: 'scheduled', node, serverAtUnixMs: scheduled });
  for (const status of pod.status?.initContainerStatuses ?? [])
    steps.push(...containerSteps(base, status, isSidecar(pod, status) ? 'sidecar' : 'init'));
  const initialized = since('Initialized');
  if (initialized !== undefined)
    steps.push({ ...base, key: 'initialized', step: 'initialized', serverAtUnixMs: initialized });
  for (const status of pod.status?.containerStatuses ?? [])
    steps.push(...containerSteps(base, status, 'app'));
  const word = kubectlStatus(pod);
  steps.push({ ...base, key: `status ${word}`, step: 'status', reason: word, serverAtUnixMs: null });
  return steps;
}

function containerSteps(
  base: Omit<StatedStep, 'key' | 'step' | 'serverAtUnixMs'>,
  { name, state, lastState, restartCount }: ContainerStatus,
  role: ContainerRole,
): StatedStep[] {
  const steps: StatedStep[] = [];
  const add = (
    restarts: number,
    life: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>,
  ): void => {
    const own = { ...base, container: name ?? '', role, restarts };
    const key = `${role} ${name} ${restarts}`;
    const startedAt = toUnixMs(life.startedAt);
    if (startedAt !== null)
      steps.push({ ...own, key: `started ${key}`, step: 'started', serverAtUnixMs: startedAt });
    if (life.exitCode !== undefined && life.exitCode !== null)
      steps.push({
        ...own,
        key: `ended ${key}`,
        step: 'ended',
        reason: life.reason ?? null,
        exitCode: life.exitCode,
        serverAtUnixMs: toUnixMs(life.finishedAt),
      });
  };
  const restarts = restartCount ?? 0;
  if (lastState?.terminated) add(Math.max(0, restarts - 1), lastState.terminated);
  if (state?.terminated) add(restarts, state.terminated);
  else if (state?.running) add(restarts, { startedAt: state.running.startedAt });
  return steps;
}

function isSidecar(pod: Pod, { name }: ContainerStatus): boolean {
  return (
    pod.spec?.initContainers?.some((one) => one.name === name && one.restartPolicy === 'Always') ?? false
  );
}

/**
 * The STATUS of `kubectl get pods`, such as `Init:0/2`, `Init:CrashLoopBackOff`, `ErrImagePull` or `Running`: printPod in
 * Kubernetes' pkg/printers/internalversion/printers.go.
 */
export function kubectlStatus(pod: Pod): string {
  const { status, metadata, spec } = pod;
  const conditions = status?.conditions ?? [];
  const isTrue = (type: string): boolean =>
    conditions.some((one) => one.type === type && one.status === 'True');
  const gated = conditions.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  let word = gated ? 'SchedulingGated' : (status?.reason ?? status?.phase ?? 'Unknown');
  const inits = status?.initContainerStatuses ?? [];
  const waitsFor = inits.findIndex(
    (one) => one.state?.terminated?.exitCode !== 0 && !(isSidecar(pod, one) && one.started === true),
  );
  // A pod that is ready waits for none, whatever its object leaves out.
  const first = isTrue('Ready') ? undefined : inits[waitsFor];
  if (first) {
    const { terminated, waiting } = first.state ?? {};
    if (terminated) word = `Init:${endWord(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') word = `Init:${waiting.reason}`;
    else word = `Init:${waitsFor}/${spec?.initContainers?.length ?? inits.length}`;
  }
  if (!first || isTrue('Initialized')) {
    let running = false;
    for (const { state, ready } of [...(status?.containerStatuses ?? [])].reverse()) {
      if (state?.waiting?.reason) word = state.waiting.reason;
      else if (state?.terminated) word = endWord(state.terminated);
      else if (ready && state?.running) running = true;
    }
    if (word === 'Completed' && running) word = isTrue('Ready') ? 'Running' : 'NotReady';
  }
  const ended = status?.phase === 'Failed' || status?.phase === 'Succeeded';
  if (metadata.deletionTimestamp) {
    if (status?.reason === 'NodeLost') return 'Unknown';
    if (!ended) return 'Terminating';
  }
  return word;
}

function endWord({
  reason,
  signal,
  exitCode,
}: {
  reason?: string | null | undefined;
  signal?: number | null | undefined;
  exitCode?: number | null | undefined;
}): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`;
}

import { parseGoDurationMs } from '@/lib/autoscaling/config/go-values';
import { type ClusterEvent, type ClusterReport, type PodStep } from '@/lib/model/cluster-report';
import { earliestReady, type EarliestReady, type PodProbe } from '@/lib/model/probe';
import { happenedMs, isLate } from '@/lib/model/recording';
import { type PodLife } from './pods';

/** Where a pod's time went on its way to ready. unknown: the cluster did not say. */
export const podPartNames = ['schedule', 'pull', 'init', 'start', 'probe', 'unknown'] as const;
export type PodPart = (typeof podPartNames)[number];

export interface PodSpan {
  part: PodPart;
  fromMs: number;
  toMs: number;
}

/** A pod's way to ready, as the cluster tells it. Times on the run's clock. */
export interface PodWait {
  uid: string;
  name: string;
  node: string | null;
  /** Its node was made while it waited. */
  isNewNode: boolean;
  createdMs: number;
  /** Null: it never was. */
  readyMs: number | null;
  /** Without holes from `createdMs` to `readyMs`, or to its end. */
  spans: PodSpan[];
  /** Whether anything was said of its images: without, a pull is part of `start`. */
  knowsPulls: boolean;
  /** kubectl's word for it where it did not go well: the last one before it was ready. */
  status: string | null;
  /** Containers that ended with an error before it was ready, each with how often. */
  failures: { container: string; reason: string; exitCode: number; times: number }[];
  /** When it could be ready at the earliest, by the probes of its revision; null: they are not known. */
  earliest: EarliestReady | null;
}

/** Words of kubectl for a pod on whose way nothing is wrong. */
const wellWords = /^(Pending|Running|ContainerCreating|PodInitializing|Completed|Terminating|Init:\d+\/\d+)$/;
/** A node this much older than the pod was not made for it. */
const nodeBeforeMs = 5000;

/**
 * The ways of all pods of which the cluster said more than their phases. `endMs`: the end of what was recorded, where a pod
 * that is not ready yet waits.
 */
export function podWaits(
  lives: readonly PodLife[],
  reports: readonly ClusterReport[],
  endMs: number,
): PodWait[] {
  const steps = new Map<string, PodStep[]>();
  const events = new Map<string, ClusterEvent[]>();
  const nodes = new Map<string, number>();
  const probes = new Map<string, readonly PodProbe[]>();
  for (const report of reports) {
    if (report.kind === 'pod') put(steps, report.uid, report);
    else if (report.kind === 'event') put(events, report.uid, report);
    else if (report.kind === 'revision' && report.probes) probes.set(report.revision, report.probes);
    else if (report.kind === 'node') nodes.set(report.name, happenedMs(report));
  }
  return lives.flatMap((life) => {
    const own = steps.get(life.uid);
    return own && !life.preexisting
      ? [
          {
            ...waitOf(life, own, events.get(life.uid) ?? [], nodes, endMs),
            earliest: earliestReady(probesOf(life, probes)),
          },
        ]
      : [];
  });
}

/** The probes of a pod's revision, by its name, which begins with the revision's. */
function probesOf({ name }: PodLife, probes: ReadonlyMap<string, readonly PodProbe[]>): readonly PodProbe[] {
  const own = [...probes.keys()].filter((revision) => name.startsWith(`${revision}-`));
  return probes.get(own.sort((a, b) => b.length - a.length)[0] ?? '') ?? [];
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

function waitOf(
  life: PodLife,
  steps: readonly PodStep[],
  events: readonly ClusterEvent[],
  nodes: ReadonlyMap<string, number>,
  endMs: number,
): Omit<PodWait, 'earliest'> {
  const { createdMs, readyMs } = life;
  const toMs = Math.max(createdMs, readyMs ?? life.terminatingMs ?? life.goneMs ?? endMs);
  const timeOf = (step: PodStep): number => stepMs(step, steps, readyMs);
  const before = steps.filter((step) => timeOf(step) <= toMs);
  const scheduled = before.find(({ step }) => step === 'scheduled');
  const initialized = before.find(({ step }) => step === 'initialized');
  const hasInits = before.some(({ step, role }) => step === 'started' && role !== 'app');
  const started = before.filter(({ step, role }) => step === 'started' && role === 'app').map(timeOf);
  const node = scheduled?.node ?? null;
  const nodeMs = node === null ? undefined : nodes.get(node);
  const scheduledMs = scheduled ? timeOf(scheduled) : null;
  const pulls = pullsOf(events, toMs);
  const spans = spansOf(createdMs, toMs, [
    ['schedule', scheduledMs],
    ['init', hasInits || !scheduled ? (initialized ? timeOf(initialized) : null) : scheduledMs],
    ['start', started.length > 0 ? Math.max(...started) : life.runningMs],
    ['probe', readyMs],
  ]);
  const words = before.filter(({ step, reason }) => step === 'status' && reason && !wellWords.test(reason));
  return {
    uid: life.uid,
    name: life.name,
    node,
    isNewNode: nodeMs !== undefined && nodeMs >= createdMs - nodeBeforeMs,
    createdMs,
    readyMs,
    spans: carve(spans, pulls),
    knowsPulls: events.some(({ reason }) => reason === 'Pulled' || reason === 'Pulling'),
    status: words.at(-1)?.reason ?? null,
    failures: failuresOf(before),
  };
}

/**
 * When a step happened: when it was told, where that was at once and nothing later was told with it; else by the server's
 * clock, in the middle of the second that it names.
 */
function stepMs(step: PodStep, all: readonly PodStep[], readyMs: number | null): number {
  const { atMs, serverAtMs } = step;
  if (serverAtMs === null) return atMs;
  if (isLate(step)) return serverAtMs;
  const later =
    (readyMs === atMs && step.step !== 'status') ||
    all.some((other) => other.atMs === atMs && (other.serverAtMs ?? -Infinity) > serverAtMs);
  return later ? Math.min(atMs, serverAtMs + 500) : atMs;
}

/** Each part ends where it is said to; one whose beginning or end nobody told is unknown with its neighbour. */
function spansOf(
  fromMs: number,
  toMs: number,
  ends: readonly (readonly [PodPart, number | null])[],
): PodSpan[] {
  const spans: PodSpan[] = [];
  let sinceMs = fromMs;
  let isKnown = true;
  for (const [part, endMs] of ends) {
    if (endMs === null) {
      // What goes on at the end is this part, where all before it was told.
      if (isKnown && ends.slice(ends.findIndex(([one]) => one === part)).every(([, ms]) => ms === null)) {
        if (toMs > sinceMs) spans.push({ part, fromMs: sinceMs, toMs });
        return spans;
      }
      isKnown = false;
      continue;
    }
    const untilMs = Math.min(toMs, Math.max(sinceMs, endMs));
    if (untilMs > sinceMs) spans.push({ part: isKnown ? part : 'unknown', fromMs: sinceMs, toMs: untilMs });
    sinceMs = untilMs;
    isKnown = true;
  }
  if (toMs > sinceMs) spans.push({ part: isKnown ? 'probe' : 'unknown', fromMs: sinceMs, toMs });
  return spans;
}

/** The times in which images were pulled: of those that came, and of one that has not come yet. */
function pullsOf(events: readonly ClusterEvent[], endMs: number): { fromMs: number; toMs: number }[] {
  const pulls: { fromMs: number; toMs: number }[] = [];
  const open = new Map<string, number>();
  for (const event of events) {
    const image = /image "([^"]+)"/i.exec(event.message)?.[1] ?? '';
    const atMs = happenedMs(event);
    if (event.reason === 'Pulling') open.set(image, open.get(image) ?? atMs);
    if (event.reason !== 'Pulled') continue;
    // The whole wait, for others' pulls too where the kubelet pulls one image after another.
    const took =
      /\(([^\s)]+) including waiting\)/.exec(event.message)?.[1] ??
      / in ([\d.µa-z]+?)\.?(?:\s|$)/.exec(event.message)?.[1];
    const tookMs = took === undefined ? null : parseGoDurationMs(took);
    const beganMs = tookMs === null ? open.get(image) : Math.min(atMs - tookMs, open.get(image) ?? Infinity);
    open.delete(image);
    if (beganMs !== undefined) pulls.push({ fromMs: beganMs, toMs: atMs });
  }
  for (const fromMs of open.values()) pulls.push({ fromMs, toMs: endMs });
  return pulls;
}

/** The spans with the pulls cut out of what they fall into: an image is pulled on a node, before a container starts. */
function carve(spans: readonly PodSpan[], pulls: readonly { fromMs: number; toMs: number }[]): PodSpan[] {
  const cut: PodSpan[] = [];
  const add = (span: PodSpan): void => {
    const last = cut.at(-1);
    if (span.toMs <= span.fromMs) return;
    if (last?.part === span.part && last.toMs === span.fromMs) last.toMs = span.toMs;
    else cut.push({ ...span });
  };
  const inOrder = [...pulls].sort((a, b) => a.fromMs - b.fromMs);
  for (const span of spans) {
    if (span.part === 'schedule' || span.part === 'probe') {
      add(span);
      continue;
    }
    let atMs = span.fromMs;
    for (const { fromMs, toMs } of inOrder) {
      const [beginMs, endMs] = [Math.max(atMs, fromMs), Math.min(span.toMs, toMs)];
      if (endMs <= beginMs) continue;
      add({ ...span, fromMs: atMs, toMs: beginMs });
      add({ part: 'pull', fromMs: beginMs, toMs: endMs });
      atMs = endMs;
    }
    add({ ...span, fromMs: atMs });
  }
  return cut;
}

function failuresOf(steps: readonly PodStep[]): PodWait['failures'] {
  const failures = new Map<string, PodWait['failures'][number]>();
  for (const { step, container, reason, exitCode } of steps) {
    if (step !== 'ended' || exitCode === null || exitCode === 0) continue;
    const key = `${container} ${reason} ${exitCode}`;
    const known = failures.get(key);
    if (known) known.times++;
    else failures.set(key, { container: container ?? '', reason: reason ?? 'Error', exitCode, times: 1 });
  }
  return [...failures.values()];
}

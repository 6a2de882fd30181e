import { type AutoscalerConfig, type PastSecond } from '@/lib/autoscaling';
import { readsGateway } from '@/lib/model/autoscaler-config';
import { type ConcurrencySample, type PodEvent } from '@/lib/model/recording';
import { type Service } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { readBefore, type EarlierRecording } from '@/lib/store/recording';
import { podsAt, podTimeline } from '@/lib/timeline/pods';
import { type Past } from './annotator';
import { pastOf, type PastInput, type PastPod } from './past';
import { message, type Message } from '@/lib/model/message';

/** A panic that began in the run before may reach into this one: so many stable windows are looked back. */
const windowsBack = 3;

/** What was recorded of the service before, by runs and by its board; times in Unix ms. */
export interface PreviousRun {
  seconds: BeforeSecond[];
  endedMs: number;
  /** The seconds of one revision; none where its own were not recorded. */
  secondsOf: (revision: string) => BeforeSecond[];
}

/**
 * The seconds that runs on the same service and its board recorded, where they reach into the stable window before `nowMs`
 * (Unix ms); null where none does. A second that two recorded is told by the later one.
 */
export async function previousSeconds(
  store: Store,
  { runId, service, nowMs, windowMs }: { runId: string; service: Service; nowMs: number; windowMs: number },
): Promise<PreviousRun | null> {
  const before = await readBefore(store, {
    runId,
    service,
    sinceUnixMs: nowMs - windowMs,
    samplesSinceUnixMs: nowMs - windowsBack * windowMs,
  });
  const seconds = recordedSeconds(before, null);
  const endedMs = seconds.at(-1)?.atMs;
  if (endedMs === undefined || endedMs < nowMs - windowMs) return null;
  return {
    seconds,
    endedMs,
    secondsOf: (revision) => recordedSeconds(before, revision),
  };
}

/** The seconds of recordings, the latest of which is given first; of one revision where one is named (Unix ms). */
export function recordedSeconds(
  before: readonly EarlierRecording[],
  revision: string | null,
): BeforeSecond[] {
  if (revision === null)
    return joined(
      before,
      () => true,
      ({ total }) => total,
    );
  return joined(
    before,
    (event) => event.revision === revision,
    ({ byRevision }) => (byRevision ? (byRevision[revision] ?? 0) : null),
  );
}

/** A second of before; `instant`: one reading of load that met no pods, of a second of which no mean was recorded. */
interface BeforeSecond extends PastSecond {
  instant?: boolean;
}

/** The seconds of all recordings, the latest of which is given first, in the order of time. */
function joined(
  before: readonly EarlierRecording[],
  isOwn: (event: PodEvent) => boolean,
  valueOf: (sample: ConcurrencySample) => number | null,
): BeforeSecond[] {
  const bySecond = new Map<number, BeforeSecond>();
  for (const { originMs, podEvents, concurrency } of before) {
    const { steps } = podTimeline(podEvents.filter(isOwn));
    const own = new Map<number, BeforeSecond>();
    for (const sample of concurrency) {
      const value = valueOf(sample);
      const atMs = originMs + sample.atMs;
      const second = Math.floor(atMs / 1000);
      if (value === null || bySecond.has(second)) continue;
      const { ready } = podsAt(steps, sample.atMs);
      const known = own.get(second);
      // What met no pods was decided on at once: the mean of that second is of pods that came of it.
      if (known?.instant && !sample.instant)
        own.set(second, { atMs: known.atMs, value, readyPods: known.readyPods });
      else if (!known)
        own.set(second, { atMs, value, readyPods: ready, ...(sample.instant ? { instant: true } : {}) });
    }
    for (const [second, one] of own) bySecond.set(second, one);
  }
  return [...bySecond.values()].sort((a, b) => a.atMs - b.atMs);
}

/** What came before a load that begins now, and what of it was assumed: of one revision where one is named. */
export function beforeLoad(
  config: AutoscalerConfig,
  recorder: {
    beforeLoad: Pick<PastInput, 'observed'> & { pods: (PastPod & { revision?: string | null })[] };
  },
  previous: PreviousRun | null,
  nowMs = Date.now(),
  revision: string | null = null,
): { past: Past; assumptions: Message[] } {
  if (config.class === 'hpa') return { past: { seconds: [], known: false }, assumptions: [] };
  const { pods, observed } =
    revision === null ? recorder.beforeLoad : ofRevision(recorder.beforeLoad, revision);
  // What was recorded before is concurrency: for another metric only idleness is known.
  const recorded = config.metric === 'concurrency';
  const windowMs = config.stableWindowMs;
  const before = (revision === null ? previous?.seconds : previous?.secondsOf(revision)) ?? [];
  // An activator tells of a first request as 1, whatever the gateway had.
  const told = before
    .filter(({ instant }) => !instant || readsGateway(config))
    .map(({ atMs, value, readyPods }) => ({ atMs, value, readyPods }));
  const { idle, ...past } = pastOf({
    nowMs,
    windowMs,
    pods,
    observed: recorded ? observed : [],
    previous: recorded ? told : [],
  });
  const assumptions: Message[] = [];
  if (past.known && previous)
    assumptions.push(
      message('assumptions.windows-of-run-before', {
        seconds: Math.round((nowMs - previous.endedMs) / 1000),
      }),
    );
  else if (idle) assumptions.push(message('assumptions.idle-before', { seconds: windowMs / 1000 }));
  return { past, assumptions };
}

function ofRevision(
  { pods, observed }: { observed: PastInput['observed']; pods: (PastPod & { revision?: string | null })[] },
  revision: string,
): Pick<PastInput, 'observed' | 'pods'> {
  return {
    pods: pods.filter((pod) => pod.revision === revision),
    observed: observed.flatMap(({ byRevision, ...second }) =>
      byRevision ? [{ ...second, total: byRevision[revision] ?? 0 }] : [],
    ),
  };
}

/** What is assumed where several revisions had ready pods at once; nothing where one had. */
export function revisionAssumptions(revisions: readonly string[]): Message[] {
  if (revisions.length < 2) return [];
  return [
    message('assumptions.several-revisions', {
      revisions: revisions.length,
      names: revisions.join(', '),
    }),
  ];
}

/** What is assumed where each of several revisions was calculated by itself. */
export function ownAssumptions(
  { metric }: Pick<AutoscalerConfig, 'metric'>,
  { areRatesCounted }: { areRatesCounted: boolean },
): Message[] {
  return metric === 'rps' && !areRatesCounted ? [message('assumptions.rps-by-route')] : [];
}

/** What is assumed of an HPA's controller, whose flags no API tells. */
export function hpaAssumptions({
  class: kind,
  tickMs,
}: Pick<AutoscalerConfig, 'class' | 'tickMs'>): Message[] {
  return kind === 'hpa' ? [message('assumptions.hpa-sync', { seconds: tickMs / 1000 })] : [];
}

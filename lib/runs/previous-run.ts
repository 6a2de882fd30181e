import { type AutoscalerConfig, type PastSecond } from '@/lib/autoscaling';
import { type Service } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { readBefore } from '@/lib/store/recording';
import { podsAt, podTimeline } from '@/lib/timeline/pods';
import { type Past } from './annotator';
import { pastOf } from './past';
import { type Recorder } from './recorder';
import { message, type Message } from '@/lib/model/message';

/** A panic that began in the run before may reach into this one: so many stable windows are looked back. */
const windowsBack = 3;

/** What the last run on the same service recorded; times in Unix ms. */
export interface PreviousRun {
  seconds: PastSecond[];
  endedMs: number;
}

/**
 * The seconds of the last run on the same service, where its recording reaches into the stable window before `nowMs`
 * (Unix ms); null where there is none.
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
  if (!before) return null;
  const { steps } = podTimeline(before.podEvents);
  const seconds = before.concurrency
    .filter(({ instant }) => !instant)
    .map(({ atMs, total }) => ({
      atMs: before.originMs + atMs,
      value: total,
      readyPods: podsAt(steps, atMs).ready,
    }));
  const endedMs = seconds.at(-1)?.atMs;
  return endedMs === undefined || endedMs < nowMs - windowMs ? null : { seconds, endedMs };
}

/** What came before a load that begins now, and what of it was assumed. */
export function beforeLoad(
  config: AutoscalerConfig,
  recorder: Pick<Recorder, 'beforeLoad'>,
  previous: PreviousRun | null,
  nowMs = Date.now(),
): { past: Past; assumptions: Message[] } {
  if (config.class === 'hpa') return { past: { seconds: [], known: false }, assumptions: [] };
  const { pods, observed } = recorder.beforeLoad;
  // What was recorded before is concurrency: for another metric only idleness is known.
  const recorded = config.metric === 'concurrency';
  const windowMs = config.stableWindowMs;
  const { idle, ...past } = pastOf({
    nowMs,
    windowMs,
    pods,
    observed: recorded ? observed : [],
    previous: recorded ? (previous?.seconds ?? []) : [],
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

import { RecordedBefore } from '@/lib/loadgen/recorded-before';
import { type Message } from '@/lib/model/message';
import { type PodEvent } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { endOfRecorded } from '@/lib/store/overview';
import { closeAllGaps, pointsOf, readLog, readRecordedOf } from '@/lib/store/recording';
import { isFailed, requestsIn } from '@/lib/timeline/protocols';
import { ThresholdJudge } from '@/lib/verdict/thresholds/judge-thresholds';
import { english } from '@/lib/words/english';
import { type Past } from './annotator';
import { recordedSeconds } from './previous-run';
import { type JudgedBefore } from './run-thresholds';

/** What another process has recorded of a run whose load goes on; times on the run's clock. */
export interface TakenOn {
  /** Its last row's time: what came later was not recorded. */
  untilMs: number;
  /** By series, for pushes that tell of it again. */
  series: RecordedBefore;
  totals: { requests: number; failures: number };
  /** A judge that was told all of it, and when its first second was. */
  thresholds: JudgedBefore;
  podEvents: PodEvent[];
  /** What the calculation goes on from: of the service, or of one revision. */
  pastOf: (revision: string | null) => Past;
  /** Whether a line of the load's log is stored already; each is asked once. */
  isLogged: (level: string, text: string | Message) => boolean;
}

/** Reads what is stored of a run that goes on, and closes its open gaps where that ends. */
export async function readTakenOn(store: Store, run: Run, originMs: number): Promise<TakenOn> {
  const untilMs = await endOfRecorded(store, run.id);
  await closeAllGaps(store, run.id, untilMs);
  const series = new RecordedBefore();
  const judge = new ThresholdJudge(run.options);
  const totals = { requests: 0, failures: 0 };
  let firstMs: number | null = null;
  for await (const points of pointsOf(store, run.id)) {
    series.add(points);
    judge.take(points);
    firstMs ??= points[0]?.atMs ?? null;
    for (const point of points) {
      const counted = requestsIn(point.metric, point) ?? 0;
      totals.requests += counted;
      if (isFailed(point.metric, point.tags)) totals.failures += counted;
    }
  }
  const recorded = await readRecordedOf(store, run.id, originMs, originMs);
  return {
    untilMs,
    series,
    totals,
    thresholds: { judge, firstMs },
    podEvents: recorded.podEvents,
    pastOf: (revision) => ({
      known: true,
      seconds: recordedSeconds([recorded], revision).map(({ atMs, value, readyPods }) => ({
        atMs,
        value,
        readyPods,
        from: 'read',
      })),
    }),
    isLogged: await loggedIn(store, run.id),
  };
}

/** A runner's log is read from its beginning again. */
async function loggedIn(store: Store, runId: string): Promise<TakenOn['isLogged']> {
  const lines = new Map<string, number>();
  for (let after = 0; ;) {
    const read = await readLog(store, runId, after);
    const last = read.at(-1);
    if (!last) break;
    after = last.id;
    for (const { level, text } of read)
      lines.set(`${level} ${text}`, (lines.get(`${level} ${text}`) ?? 0) + 1);
  }
  return (level, text) => {
    const key = `${level} ${typeof text === 'string' ? text : english(text)}`;
    const left = lines.get(key) ?? 0;
    if (left > 0) lines.set(key, left - 1);
    return left > 0;
  };
}

import { type NewClusterReport } from '@/lib/model/cluster-report';
import { sentMessage } from '@/lib/model/message';
import { noObjective, type Objective } from '@/lib/model/objective';
import { type Recording } from '@/lib/model/recording';
import { reasonOf, type Run, type RunSummary, type ThresholdResult } from '@/lib/model/run';
import { type RunState } from '@/lib/model/life';
import { type Store } from '@/lib/store/client';
import { makeColumns } from '@/lib/store/overview';
import {
  appendConcurrency,
  appendDecision,
  appendPodEvents,
  appendPoints,
  appendReport,
  ensureSeries,
  openGap,
} from '@/lib/store/recording';
import { insertRun, moveRun, updateRun } from '@/lib/store/runs';
import { saveService } from '@/lib/store/services';
import { madeRecording, type MadeRecording } from '@/lib/timeline/made-recording';
import { closeRun } from './close-run';
import { fakeService } from './fake-run';

/** A run as an expert thinks of it; for tests that judge it. */
export interface FakeRun extends MadeRecording {
  failed?: number;
  thresholds?: (ThresholdResult & { metric: string })[];
  state?: RunState;
  objective?: Partial<Objective>;
  /** Instead of one that is called as the run is. */
  serviceName?: string;
}

/** Stores such a run as its recorder would, and ends it as its life does. Its service is called as it is. */
export async function recordFakeRun(store: Store, name: string, run: FakeRun): Promise<string> {
  const {
    seconds = 30,
    tookMs = () => 30,
    requestsASecond = 100,
    failed = 0,
    thresholds = [],
    state = 'finished',
    objective,
    serviceName = name,
  } = run;
  const took = Array.from({ length: seconds }, (_, i) => tookMs(i + 1));
  return storeRecorded(
    store,
    {
      id: `run-${name.replaceAll(/\W+/g, '-')}`,
      name,
      state,
      service: {
        ...fakeService(serviceName),
        objective: objective ? { ...noObjective, ...objective } : null,
      },
      scriptName: 's',
      originMs: 1_000_000,
      loadStartMs: 0,
      loadEndMs: seconds * 1000,
      endedAtMs: 1_000_000 + seconds * 1000,
      ...(state === 'finished' ? {} : reasonOfEnd),
      summary:
        state === 'interrupted'
          ? null
          : summaryOf(seconds * requestsASecond, failed, p95Of(took), thresholds),
    },
    madeRecording(run),
  );
}

const reasonOfEnd = { stateReason: '', stateReasonCode: 'reasons.scaletrace-ended', stateReasonData: {} };

/** What a run is stored by: the rest is as of a run that asks for nothing. */
export type RecordedRun = Pick<
  Run,
  'id' | 'name' | 'state' | 'scriptName' | 'originMs' | 'loadStartMs' | 'loadEndMs' | 'endedAtMs' | 'summary'
> &
  Partial<Omit<Run, 'service'>> & { service: Omit<Run['service'], 'id'> };

/** Stores a run with what it recorded, in the order of its life, so that figures and verdict are made anew; its id. */
export async function storeRecorded(store: Store, run: RecordedRun, recording: Recording): Promise<string> {
  const { id, state, originMs, loadStartMs, loadEndMs, endedAtMs, summary } = run;
  const service = await saveService(store, run.service, 1);
  const { name, scriptName, scriptText = '', options = {}, env = {}, tags = [], objective = null } = run;
  await insertRun(store, {
    id,
    run: { name, service, scriptName, scriptText, env, options, tags, objective },
    ingestSecretHash: '',
    createdAtMs: run.createdAtMs ?? 1_000_000,
  });
  await moveRun(store, id, 'starting', {
    originMs,
    ...(run.autoscaling ? { autoscaling: run.autoscaling } : {}),
    ...(run.engine ? { engine: run.engine, importedFrom: run.importedFrom ?? null } : {}),
  });
  await moveRun(store, id, 'running', { loadStartMs });
  await storeRows(store, id, recording);
  await makeColumns(store, id, loadStartMs);
  await updateRun(store, id, { loadEndMs });
  await closeRun(store, id, (endedAtMs ?? 0) - (originMs ?? 0), {
    state,
    stateReason: reasonOf({ stateReason: null, stateReasonCode: null, stateReasonData: null, ...run }),
    summary,
  });
  return id;
}

async function storeRows(store: Store, id: string, recording: Recording): Promise<void> {
  const { series, points, podEvents, concurrency, decisions, reports = [], gaps } = recording;
  const seriesIds = new Map<number, number>();
  for (const { id: own, ...one } of series) seriesIds.set(own, await ensureSeries(store, id, one));
  const without = <T extends { id: number }>({ id: _id, ...row }: T): Omit<T, 'id'> => row;
  await appendPoints(
    store,
    id,
    points.map((point) => ({ ...without(point), seriesId: seriesIds.get(point.seriesId)! })),
  );
  await appendPodEvents(store, id, podEvents.map(without));
  for (const sample of concurrency) await appendConcurrency(store, id, without(sample));
  for (const decision of decisions) await appendDecision(store, id, without(decision));
  for (const report of reports) await appendReport(store, id, without(report) as NewClusterReport);
  for (const { what, fromMs, toMs, code, data, reason } of gaps)
    await openGap(store, id, { what, fromMs, toMs, reason: sentMessage(code, data, reason) });
}

/** Each second has as many requests as the others, all of them alike. */
function p95Of(took: readonly number[]): number {
  return took.toSorted((a, b) => a - b)[Math.floor(0.95 * took.length)]!;
}

function summaryOf(
  requests: number,
  failed: number,
  p95Ms: number,
  thresholds: NonNullable<FakeRun['thresholds']>,
): RunSummary {
  const of = (metric: string) =>
    thresholds.flatMap(({ metric: own, ...threshold }) => (own === metric ? [threshold] : []));
  return {
    metrics: [
      {
        metric: 'http_reqs',
        type: 'counter',
        contains: 'default',
        values: { count: requests, rate: 100 },
        thresholds: of('http_reqs'),
      },
      {
        metric: 'http_req_failed',
        type: 'rate',
        contains: 'default',
        values: { rate: failed / requests, passes: failed, fails: requests - failed },
        thresholds: of('http_req_failed'),
      },
      {
        metric: 'http_req_duration',
        type: 'trend',
        contains: 'time',
        values: { 'p(95)': p95Ms },
        thresholds: of('http_req_duration'),
      },
    ],
    checks: [],
    groups: [],
    testRunDurationMs: 30_000,
  };
}

import { z } from 'zod';
import { code } from '@/lib/model/message';
import { decisionSchema, logLineSchema, recordingSchema, type Decision } from '@/lib/model/recording';
import { runSchema } from '@/lib/model/run';
import { runEvents, shownBy, type RunEvent, type View } from '@/lib/runs/events';
import { madeForReaders, readLivePage } from '@/lib/runs/live-page';
import { readRun, readRunPage } from '@/lib/runs/read';
import { readDistribution, readK6Metrics } from '@/lib/runs/read-distribution';
import { resultOf, runResultSchema } from '@/lib/runs/result';
import { addressOf } from '@/lib/identity/connection';
import { getStore, type Store } from '@/lib/store/client';
import { parseOverviewCursor, startOfOverview } from '@/lib/store/overview';
import { readDecisions } from '@/lib/store/range';
import { newestRevision, readLog } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { findService } from '@/lib/store/services';
import { packedCorrelationSchema } from '@/lib/timeline/correlation-encode';
import {
  distributionQuerySchema,
  distributionSchema,
  type Distribution,
  type DistributionQuery,
} from '@/lib/timeline/distribution';
import { k6MetricsSchema, type K6Metrics } from '@/lib/timeline/k6-metrics';
import { defaultColumns } from '@/lib/timeline/overview';
import { packedOverviewSchema } from '@/lib/timeline/overview-encode';
import { Problem } from '@/lib/model/problem';
import { found } from './problem';
import { admitReader } from './readers';
import { events, route } from './route';
import { shownToRole } from './shown-run';

const overviewQuerySchema = z
  .object({
    columns: z.coerce.number().int().min(10).max(5000).default(defaultColumns),
    fromMs: z.coerce.number().optional(),
    toMs: z.coerce.number().optional(),
  })
  .refine(
    ({ fromMs, toMs }) =>
      (fromMs === undefined) === (toMs === undefined) &&
      (fromMs === undefined || toMs === undefined || fromMs < toMs),
    { path: ['fromMs'], error: code('validation.both-of-range') },
  );
const newsSchema = z.object({
  overview: packedOverviewSchema,
  correlation: packedCorrelationSchema.nullable(),
  cursor: z.string(),
});
const logSchema = z.object({ lines: z.array(logLineSchema) });

/**
 * What a run's page reads of its run, for the run's own routes and for those of a share link: contracts without who may,
 * and what answers them for one way of showing the run.
 */
export const runParts = {
  overview: {
    contract: {
      summary:
        'A run as its page draws it, in about `columns` columns: of all, or of a range on the run’s clock. No scale event is lost, and percentiles of merged columns are true.',
      query: overviewQuerySchema,
      answers: { 200: newsSchema.extend({ run: runSchema }) },
    },
    async read(id: string, { columns, fromMs, toMs }: z.output<typeof overviewQuerySchema>, view: View) {
      const range = fromMs === undefined || toMs === undefined ? null : { fromMs, toMs };
      const store = await getStore();
      const live = await readLivePage(store, id, { columns, range }, view);
      if (live) return live;
      const { run, ...page } = found('run', await readRunPage(store, id, { columns, range }));
      const shown = view.show(run);
      return { run: shown.run, ...shown.data(page) };
    },
  },
  events: {
    contract: {
      summary: 'What is new of a run that goes on, about once a second.',
      query: z.object({ cursor: z.string().optional() }),
      answers: {
        200: events(
          {
            run: z.object({ run: runSchema }),
            log: logSchema,
            overview: newsSchema,
            end: z.object({}),
          },
          'Server-Sent Events: `overview` (its id is the cursor to resume from), `run`, `log`, and `end` when the run has ended and all was sent.',
        ),
      },
    },
    async read(
      id: string,
      { headers, cursor: fromQuery }: { headers: Headers; cursor?: string | undefined },
      view: View,
      signal: AbortSignal,
    ): Promise<AsyncIterable<RunEvent>> {
      const store = await getStore();
      found('run', await findRun(store, id));
      const asked = headers.get('last-event-id') ?? fromQuery;
      const cursor = asked === undefined ? startOfOverview : parseOverviewCursor(asked);
      if (!cursor) throw new Problem('problems.wrong-cursor', {});
      admitReader(id, addressOf(headers), signal);
      return runEvents(store, id, cursor, { view, signal });
    },
  },
  log: {
    contract: {
      summary: 'k6’s log after a line, at most 5,000 lines.',
      query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
      answers: { 200: logSchema },
    },
    async read(id: string, { after }: { after: number }, view: View) {
      const store = await getStore();
      return madeForReaders(store, id, `${view.key} log ${after}`, async () => {
        const run = found('run', await findRun(store, id));
        return { lines: view.show(run).log(await readLog(store, id, after)) };
      });
    },
  },
  range: {
    contract: {
      summary: 'How the requests’ times are distributed in a range of the run',
      query: distributionQuerySchema,
      answers: { 200: distributionSchema },
    },
    async read(id: string, query: DistributionQuery, view: View): Promise<Distribution> {
      const store = await getStore();
      return madeForReaders(store, id, `${view.key} range ${JSON.stringify(query)}`, async () =>
        shownData(store, id, view, found('run', await readDistribution(store, id, query))),
      );
    },
  },
  metrics: {
    contract: {
      summary: 'The run’s k6 metrics over time, its tags and groups',
      answers: { 200: k6MetricsSchema },
    },
    async read(id: string, view: View): Promise<K6Metrics> {
      const store = await getStore();
      return madeForReaders(store, id, `${view.key} metrics`, async () =>
        shownData(store, id, view, found('run', await readK6Metrics(store, id))),
      );
    },
  },
  decisions: {
    contract: {
      summary: 'Every tick’s decision of the run, with its inputs and the rule that bound it',
      answers: { 200: z.object({ decisions: z.array(decisionSchema) }) },
    },
    async read(id: string, view: View): Promise<{ decisions: Decision[] }> {
      const store = await getStore();
      return madeForReaders(store, id, `${view.key} decisions`, async () =>
        shownData(store, id, view, { decisions: await readDecisions(store, id) }),
      );
    },
  },
};

async function shownData<T>(store: Store, id: string, view: View, data: T): Promise<T> {
  return shownBy(view, found('run', await findRun(store, id))).data(data);
}

const viewer = { access: 'viewer' } as const;

/** What is recorded of one run. */
export const run = [
  route(
    'GET /api/runs/{id}/overview',
    { ...runParts.overview.contract, ...viewer },
    ({ params, query, caller }) => runParts.overview.read(params.id, query, shownToRole(caller.role)),
  ),
  route(
    'GET /api/runs/{id}/events',
    { ...runParts.events.contract, ...viewer },
    ({ request: { headers }, params, query, caller, signal }) =>
      runParts.events.read(params.id, { headers, ...query }, shownToRole(caller.role), signal),
  ),
  route('GET /api/runs/{id}/log', { ...runParts.log.contract, ...viewer }, ({ params, query, caller }) =>
    runParts.log.read(params.id, query, shownToRole(caller.role)),
  ),
  route('GET /api/runs/{id}/range', { ...runParts.range.contract, ...viewer }, ({ params, query, caller }) =>
    runParts.range.read(params.id, query, shownToRole(caller.role)),
  ),
  route('GET /api/runs/{id}/metrics', { ...runParts.metrics.contract, ...viewer }, ({ params, caller }) =>
    runParts.metrics.read(params.id, shownToRole(caller.role)),
  ),
  route('GET /api/runs/{id}/decisions', { ...runParts.decisions.contract, ...viewer }, ({ params, caller }) =>
    runParts.decisions.read(params.id, shownToRole(caller.role)),
  ),
  route(
    'GET /api/runs/{id}/recording',
    {
      summary: 'Every point that a run has recorded; `detail=1`: also the metrics that no chart shows.',
      access: 'viewer',
      query: z.object({ detail: z.enum(['0', '1']).default('0') }),
      answers: { 200: z.object({ run: runSchema, recording: recordingSchema }) },
    },
    async ({ params, query }) => {
      const page = found('run', await readRun(await getStore(), params.id, { detail: query.detail === '1' }));
      return page;
    },
  ),
  route(
    'GET /api/runs/{id}/log-link',
    {
      summary:
        'The template by which the run’s service links to its logs now, and the run’s newest revision; no share link has either.',
      access: 'viewer',
      answers: { 200: z.object({ template: z.string().nullable(), revision: z.string() }) },
    },
    async ({ params: { id } }) => {
      const store = await getStore();
      const run = found('run', await findRun(store, id));
      const service = await findService(store, run.service.id);
      return { template: service?.logLink ?? null, revision: (await newestRevision(store, id)) ?? '' };
    },
  ),
  route(
    'GET /api/runs/{id}/result',
    {
      summary:
        'The run’s result for programs: figures, histogram, expected and observed scale events with their lags, thresholds, story',
      access: 'viewer',
      answers: { 200: runResultSchema },
    },
    async ({ request, params }) => {
      const address = `http://${request.headers.get('host') ?? new URL(request.url).host}`;
      return found('run', await resultOf(await getStore(), params.id, address));
    },
  ),
] as const;

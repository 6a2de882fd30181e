import { z } from 'zod';
import { verdictsOf } from '@/lib/judging/judge-run';
import { verdictShownSchema } from '@/lib/model/verdict';
import { compareRuns } from '@/lib/comparing/compare';
import { compareQuerySchema, comparisonSchema } from '@/lib/comparing/comparison';
import { regressionsOf } from '@/lib/comparing/regressions';
import { runBaseline, trendOf } from '@/lib/comparing/trend';
import { hasEnded } from '@/lib/model/life';
import {
  heldAgainstSchema,
  regressionsQuerySchema,
  regressionsSchema,
  runBaselineSchema,
  trendQuerySchema,
  trendSchema,
} from '@/lib/model/trend';
import { clearBaseline, heldAgainst, setBaseline, scopeOf } from '@/lib/store/baselines';
import { shownTo } from '@/lib/masking/shown-to';
import { getStore } from '@/lib/store/client';
import { findRun } from '@/lib/store/runs';
import { Problem } from '@/lib/model/problem';
import { found } from './problem';
import { nothing, route } from './route';

/** Runs against each other: side by side, over time, and against the baseline of their script and service. */
export const comparing = [
  route(
    'GET /api/compare',
    {
      summary: 'Two to six runs side by side, each against the reference, with what differs and how surely.',
      access: 'viewer',
      query: compareQuerySchema,
      answers: { 200: comparisonSchema },
    },
    async ({ query, caller }) =>
      found(
        'run',
        await compareRuns(await getStore(), query, { show: (run) => shownTo(caller.role, run).run }),
      ),
  ),
  route(
    'GET /api/trends',
    {
      summary:
        'Figures over the runs of one script and service, with the baseline and each run’s regression test',
      access: 'viewer',
      query: trendQuerySchema,
      answers: { 200: trendSchema },
    },
    async ({ query }) => trendOf(await getStore(), query),
  ),
  route(
    'GET /api/runs/regressions',
    {
      summary: 'How runs stand against the baselines of their scripts and services.',
      access: 'viewer',
      query: regressionsQuerySchema,
      answers: { 200: regressionsSchema },
    },
    async ({ query }) => ({ regressions: await regressionsOf(await getStore(), query.ids) }),
  ),
  route(
    'GET /api/runs/baselines',
    {
      summary: 'Which of the runs are baselines of others, and of how many: their verdicts change with it.',
      access: 'viewer',
      query: regressionsQuerySchema,
      answers: { 200: z.object({ baselines: z.array(heldAgainstSchema) }) },
    },
    async ({ query }) => ({ baselines: await heldAgainst(await getStore(), query.ids) }),
  ),
  route(
    'GET /api/runs/verdicts',
    {
      summary: 'The verdicts of runs that have ended; those that have none yet are judged now.',
      access: 'viewer',
      query: regressionsQuerySchema,
      answers: { 200: z.object({ verdicts: z.record(z.string(), verdictShownSchema) }) },
    },
    async ({ query }) => ({ verdicts: await verdictsOf(await getStore(), query.ids) }),
  ),
  route(
    'GET /api/runs/{id}/baseline',
    {
      summary: 'The baseline of the run’s script and service, and how the run stands against it',
      access: 'viewer',
      answers: { 200: runBaselineSchema },
    },
    async ({ params }) => found('run', await runBaseline(await getStore(), params.id)),
  ),
  route(
    'PUT /api/runs/{id}/baseline',
    {
      summary: 'Make the run the baseline of its script and service',
      access: 'runner',
      audit: 'baseline.set',
      answers: { 200: runBaselineSchema },
    },
    async ({ params: { id } }) => {
      const store = await getStore();
      const run = found('run', await findRun(store, id));
      if (!hasEnded(run.state)) throw new Problem('problems.baseline-under-way', {});
      if (!run.figures.requests) throw new Problem('problems.baseline-without-requests', {});
      await setBaseline(store, scopeOf(run), id, Date.now());
      return found('run', await runBaseline(store, id));
    },
  ),
  route(
    'DELETE /api/runs/{id}/baseline',
    {
      summary: 'Take the run back as baseline',
      access: 'runner',
      audit: 'baseline.clear',
      answers: { 204: nothing('The run is the baseline no more.') },
    },
    async ({ params: { id } }) => {
      const store = await getStore();
      found('run', await findRun(store, id));
      await clearBaseline(store, id);
    },
  ),
] as const;

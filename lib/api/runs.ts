import { z } from 'zod';
import { actorOf, mayRunUncaged } from '@/lib/identity/caller';
import { hasEnded } from '@/lib/model/life';
import { editRunSchema, runIdsSchema, tagRunsSchema } from '@/lib/model/run-edit';
import { runSortSchema, verdictCountsSchema } from '@/lib/model/run-query';
import { verdictOutcomeSchema } from '@/lib/model/verdict';
import { shownFacets } from '@/lib/masking/shown-facets';
import { scriptRequestCharacters } from '@/lib/model/script-files';
import { runListItemSchema, runSchema, runStateSchema, startRunSchema } from '@/lib/model/run';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { listJudgedRuns } from '@/lib/judging/judged-list';
import { announceChange } from '@/lib/runs/changes';
import { getRecording } from '@/lib/runs/recording';
import { getStore } from '@/lib/store/client';
import { deleteRuns, restoreRuns } from '@/lib/store/deleted-runs';
import { editRun, findRun, tagRuns } from '@/lib/store/runs';
import { Problem } from '@/lib/model/problem';
import { found } from './problem';
import { nothing, route } from './route';

const text = z
  .string()
  .trim()
  .max(200)
  .transform((value) => value || undefined)
  .optional();
/** The list's filter, sort and page. */
const listQuerySchema = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(25),
  q: text.describe('Free text: each word occurs in name, notes, service, script or a tag.'),
  state: z.preprocess((value) => value || undefined, runStateSchema.optional()),
  verdict: z.preprocess((value) => value || undefined, verdictOutcomeSchema.optional()),
  service: text,
  script: text,
  tag: text,
  fromMs: z.coerce.number().optional().describe('Asked for at or after, Unix ms.'),
  toMs: z.coerce.number().optional().describe('Asked for before, Unix ms.'),
  sort: runSortSchema.default('createdAtMs'),
  order: z.enum(['asc', 'desc']).default('desc'),
});
const runAnswerSchema = z.object({ run: runSchema });
const idsSchema = z.strictObject({ ids: runIdsSchema });
/** The runs that were changed: those that exist and may be. */
const changedSchema = z.object({ ids: z.array(z.string()) });

/** Runs as they are listed, started, changed and stopped; what one run's page reads is in `run.ts`. */
export const runs = [
  route(
    'GET /api/runs',
    {
      summary:
        'One page of runs by filter and sort, pinned ones first, and how many of each verdict match the rest of the filter.',
      access: 'viewer',
      query: listQuerySchema,
      answers: {
        200: z.object({
          runs: z.array(runListItemSchema),
          total: z.number().int(),
          page: z.number().int(),
          pageSize: z.number().int(),
          verdicts: verdictCountsSchema,
        }),
      },
    },
    async ({ query }) => {
      const { runs, total, verdicts } = await listJudgedRuns(await getStore(), query);
      return { runs, total, page: query.page, pageSize: query.pageSize, verdicts };
    },
  ),
  route(
    'POST /api/runs',
    {
      summary: 'Ask for a run; it starts at once or queues behind the service’s other runs.',
      access: 'runner',
      audit: 'run.start',
      body: startRunSchema,
      maxCharacters: scriptRequestCharacters,
      answers: { 201: runAnswerSchema },
    },
    async ({ body, caller }) => {
      const recording = await getRecording();
      const startedBy = caller.kind === 'local' ? null : actorOf(caller);
      return { run: await recording.start(body, { startedBy, uncagedAllowed: mayRunUncaged(caller) }) };
    },
  ),
  route(
    'GET /api/runs/{id}',
    {
      summary: 'A run: its state, settings, figures and k6’s summary.',
      access: 'viewer',
      answers: { 200: runAnswerSchema },
    },
    async ({ params }) => ({ run: found('run', await findJudgedRun(await getStore(), params.id)) }),
  ),
  route(
    'PATCH /api/runs/{id}',
    {
      summary: 'Change name, notes, pin or tags.',
      access: 'runner',
      audit: 'run.edit',
      body: editRunSchema,
      answers: { 200: runAnswerSchema },
    },
    async ({ params: { id }, body }) => {
      const run = found('run', await editRun(await getStore(), id, body));
      announceChange(id);
      return { run };
    },
  ),
  route(
    'DELETE /api/runs/{id}',
    {
      summary: 'Delete a run that has ended; for an hour it can be restored.',
      access: 'runner',
      audit: 'run.delete',
      answers: { 204: nothing('Deleted.') },
    },
    async ({ params: { id }, note }) => {
      const store = await getStore();
      const run = found('run', await findRun(store, id));
      if (!hasEnded(run.state)) throw new Problem('problems.stop-before-delete', {});
      await deleteRuns(store, [id], Date.now());
      announceChange(id);
      note({ detail: { name: run.name } });
    },
  ),
  route(
    'POST /api/runs/{id}/stop',
    {
      summary:
        'Stops a run: gracefully (k6’s teardown runs) or by killing k6; a queued run is taken from the queue.',
      access: 'runner',
      audit: 'run.stop',
      body: z.strictObject({ mode: z.enum(['graceful', 'kill']).default('graceful') }),
      answers: { 202: runAnswerSchema },
    },
    async ({ params, body }) => ({ run: await (await getRecording()).stop(params.id, body.mode) }),
  ),
  route(
    'POST /api/runs/delete',
    {
      summary:
        'Delete runs that have ended; for an hour they can be restored. Answers with those that were deleted.',
      access: 'runner',
      audit: 'run.delete',
      body: idsSchema,
      answers: { 200: changedSchema },
    },
    async ({ body, note }) => {
      const deleted = await deleteRuns(await getStore(), body.ids, Date.now());
      deleted.forEach((id) => announceChange(id));
      note({ target: deleted.join(' ') });
      return { ids: deleted };
    },
  ),
  route(
    'POST /api/runs/restore',
    {
      summary: 'Restore deleted runs. Answers with those that are back.',
      access: 'runner',
      audit: 'run.restore',
      body: idsSchema,
      answers: { 200: changedSchema },
    },
    async ({ body, note }) => {
      const restored = await restoreRuns(await getStore(), body.ids);
      restored.forEach((id) => announceChange(id));
      note({ target: restored.join(' ') });
      return { ids: restored };
    },
  ),
  route(
    'GET /api/runs/tags',
    {
      summary: 'The tags in use, most used first.',
      access: 'viewer',
      answers: { 200: z.object({ tags: z.array(z.string()) }) },
    },
    async ({ caller }) => ({ tags: (await shownFacets(await getStore(), caller.role)).tags }),
  ),
  route(
    'POST /api/runs/tags',
    {
      summary: 'Add tags to runs and take others off. Answers with the runs that exist.',
      access: 'runner',
      audit: 'run.tag',
      body: tagRunsSchema,
      answers: { 200: changedSchema },
    },
    async ({ body: { ids, add, remove }, note }) => {
      const changed = await tagRuns(await getStore(), ids, { add, remove });
      changed.forEach((id) => announceChange(id));
      note({ target: changed.join(' ') });
      return { ids: changed };
    },
  ),
] as const;

import { z } from 'zod';
import { actorOf } from '@/lib/identity/caller';
import { getRunManager } from '@/lib/runs/manager';
import { getStore } from '@/lib/store/client';
import { listRuns, runSortSchema } from '@/lib/store/run-list';
import { runStateSchema, startRunSchema } from '@/lib/timeline/run';
import { json, readBody, readQuery, route } from '../_lib/route';

const text = z.string().trim().max(200).transform((value) => value || undefined).optional();
const listQuerySchema = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(25),
  q: text,
  state: z.preprocess((value) => value || undefined, runStateSchema.optional()),
  service: text,
  script: text,
  tag: text,
  fromMs: z.coerce.number().optional(),
  toMs: z.coerce.number().optional(),
  sort: runSortSchema.default('createdAtMs'),
  order: z.enum(['asc', 'desc']).default('desc'),
});

/** One page of runs by filter and sort. */
export const GET = route(async (request) => {
  const query = readQuery(request, listQuerySchema);
  const { runs, total } = await listRuns(await getStore(), query);
  return json({ runs, total, page: query.page, pageSize: query.pageSize });
});

/** Asks for a run; it starts at once or queues behind the service's other runs. */
export const POST = route(async (request, _params, { caller }) => {
  const manager = await getRunManager();
  const run = await manager.start(await readBody(request, startRunSchema), caller.kind === 'local' ? null : actorOf(caller));
  return json({ run }, 201);
}, { audit: 'run.start' });

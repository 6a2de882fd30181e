import { actorOf } from '@/lib/identity/caller';
import { getRunManager } from '@/lib/runs/manager';
import { getStore } from '@/lib/store/client';
import { listRuns } from '@/lib/store/run-list';
import { startRunSchema } from '@/lib/model/run';
import { json, readBody, readQuery, route } from '@/app/api/_lib/route';
import { listQuerySchema } from './shapes';

/** One page of runs by filter and sort. */
export const GET = route(async (request) => {
  const query = readQuery(request, listQuerySchema);
  const { runs, total } = await listRuns(await getStore(), query);
  return json({ runs, total, page: query.page, pageSize: query.pageSize });
});

/** Asks for a run; it starts at once or queues behind the service's other runs. */
export const POST = route(
  async (request, _params, { caller }) => {
    const manager = await getRunManager();
    const run = await manager.start(
      await readBody(request, startRunSchema),
      caller.kind === 'local' ? null : actorOf(caller),
    );
    return json({ run }, 201);
  },
  { audit: 'run.start' },
);

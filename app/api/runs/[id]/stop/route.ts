import { getRunManager } from '@/lib/runs/manager';
import { json, readBody, route } from '@/app/api/_lib/route';
import { stopSchema } from './operations';

/** Stops a run: gracefully (k6's teardown runs) or by killing k6; a queued run is taken from the queue. */
export const POST = route<{ id: string }>(
  async (request, { id }) => {
    const { mode } = await readBody(request, stopSchema);
    return json({ run: await (await getRunManager()).stop(id, mode) }, 202);
  },
  { audit: 'run.stop' },
);

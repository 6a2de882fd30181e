import { demandOfRun, whatIf, whatIfRequestSchema } from '@/lib/report/what-if';
import { NoDemand } from '@/lib/report/what-if-demand';
import { getStore } from '@/lib/store/client';
import { notFound, Problem } from '../../../_lib/problem';
import { json, readBody, route } from '../../../_lib/route';

/** Plays the run's recorded demand through another configuration. */
export const POST = route<{ id: string }>(async (request, { id }) => {
  const { settings } = await readBody(request, whatIfRequestSchema);
  try {
    const recorded = await demandOfRun(await getStore(), id);
    if (!recorded) throw notFound('run');
    return json(whatIf(recorded, settings));
  } catch (error) {
    if (error instanceof NoDemand) throw new Problem(409, 'Nothing to replay', error.message);
    throw error;
  }
});

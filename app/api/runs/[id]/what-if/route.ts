import { demandOfRun } from '@/lib/runs/read';
import { whatIf } from '@/lib/whatif/replay-run';
import { whatIfRequestSchema } from '@/lib/whatif/shapes';
import { getStore } from '@/lib/store/client';
import { notFound } from '@/app/api/_lib/problem';
import { json, readBody, route } from '@/app/api/_lib/route';
import { whatIfProblem } from '@/app/api/_lib/what-if-problem';

/** Plays the run's recorded demand through another configuration. */
export const POST = route<{ id: string }>(
  async (request, { id }) => {
    const { settings } = await readBody(request, whatIfRequestSchema);
    try {
      const recorded = await demandOfRun(await getStore(), id);
      if (!recorded) throw notFound('run');
      return json(whatIf(recorded, settings));
    } catch (error) {
      throw whatIfProblem(error);
    }
  },
  { access: 'viewer', audit: false },
);

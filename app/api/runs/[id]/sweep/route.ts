import { demandOfRun } from '@/lib/report/what-if';
import { sweepRequestSchema } from '@/lib/report/what-if-shapes';
import { getStore } from '@/lib/store/client';
import { notFound } from '../../../_lib/problem';
import { readBody, route } from '../../../_lib/route';
import { sweepAnswer } from '../../../_lib/sweep-answer';
import { whatIfProblem } from '../../../_lib/what-if-problem';

/** Plays the run's recorded demand through a grid of configurations. */
export const POST = route<{ id: string }>(
  async (request, { id }) => {
    const { settings, grid } = await readBody(request, sweepRequestSchema);
    const recorded = await demandOfRun(await getStore(), id).catch((error: unknown) => {
      throw whatIfProblem(error);
    });
    if (!recorded) throw notFound('run');
    const { demand, base, options } = recorded;
    return sweepAnswer({ demand, base, options, settings, grid }, request);
  },
  { access: 'viewer', audit: false },
);

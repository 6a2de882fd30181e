import { demandOfRun } from '@/lib/runs/read';
import { sweepRequestSchema } from '@/lib/whatif/shapes';
import { getStore } from '@/lib/store/client';
import { notFound } from '@/app/api/_lib/problem';
import { readBody, route } from '@/app/api/_lib/route';
import { sweepAnswer } from '@/app/api/_lib/sweep-answer';
import { whatIfProblem } from '@/app/api/_lib/what-if-problem';

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

import { demandOfFile } from '@/lib/whatif/replay-run';
import { mostFileCharacters } from '@/lib/whatif/shapes';
import { sweepFileRequestSchema } from '@/lib/whatif/shapes';
import { readBody, route } from '@/app/api/_lib/route';
import { sweepAnswer } from '@/app/api/_lib/sweep-answer';
import { whatIfProblem } from '@/app/api/_lib/what-if-problem';

/** Plays a demand of the user's own through a grid of configurations. */
export const POST = route(
  async (request) => {
    const { grid, ...body } = await readBody(request, sweepFileRequestSchema, 2 * mostFileCharacters);
    try {
      const { demand, base, options } = demandOfFile(body);
      return sweepAnswer({ demand, base, options, settings: body.settings, grid }, request);
    } catch (error) {
      throw whatIfProblem(error);
    }
  },
  { access: 'viewer', audit: false },
);

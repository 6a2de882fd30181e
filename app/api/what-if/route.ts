import { demandOfFile, whatIf } from '@/lib/whatif/replay-run';
import { mostFileCharacters, whatIfFileRequestSchema } from '@/lib/whatif/shapes';
import { json, readBody, route } from '@/app/api/_lib/route';
import { whatIfProblem } from '@/app/api/_lib/what-if-problem';

/** Plays a demand of the user's own (CSV or the JSON of a Prometheus range query) through a configuration. */
export const POST = route(
  async (request) => {
    const body = await readBody(request, whatIfFileRequestSchema, 2 * mostFileCharacters);
    try {
      return json(whatIf(demandOfFile(body), body.settings));
    } catch (error) {
      throw whatIfProblem(error);
    }
  },
  { access: 'viewer', audit: false },
);

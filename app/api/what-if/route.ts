import { demandOfFile, whatIf } from '@/lib/report/what-if';
import { mostFileCharacters, whatIfFileRequestSchema } from '@/lib/report/what-if-shapes';
import { json, readBody, route } from '../_lib/route';
import { whatIfProblem } from '../_lib/what-if-problem';

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

import { DemandFileError } from '@/lib/autoscaling/whatif';
import { demandOfFile, whatIf, whatIfFileRequestSchema } from '@/lib/report/what-if';
import { NoDemand } from '@/lib/report/what-if-demand';
import { Problem } from '../_lib/problem';
import { json, readBody, route } from '../_lib/route';

/** Plays a demand of the user's own (CSV or the JSON of a Prometheus range query) through a configuration. */
export const POST = route(async (request) => {
  const body = await readBody(request, whatIfFileRequestSchema, 25_000_000);
  try {
    return json(whatIf(demandOfFile(body), body.settings));
  } catch (error) {
    if (error instanceof DemandFileError) throw new Problem(422, 'The demand cannot be read', error.message, [{ path: 'text', message: error.message, ...(error.line === null ? {} : { line: error.line }) }]);
    if (error instanceof NoDemand) throw new Problem(422, 'Nothing to replay', error.message);
    throw error;
  }
});

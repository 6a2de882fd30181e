import { DemandFileError } from '@/lib/whatif';
import { NoDemand } from '@/lib/whatif/recorded-demand';
import { Problem } from './problem';

/** What keeps a demand from being replayed, as a Problem; anything else as it is. */
export function whatIfProblem(error: unknown): unknown {
  if (error instanceof DemandFileError) {
    return new Problem(422, 'The demand cannot be read', error.message, [
      { path: 'text', message: error.message, ...(error.line === null ? {} : { line: error.line }) },
    ]);
  }
  return error instanceof NoDemand ? new Problem(409, 'Nothing to replay', error.message) : error;
}

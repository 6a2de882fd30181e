import { variable } from '@/lib/environment/environment';

const fuzzRuns = variable('SCALETRACE_FUZZ_RUNS');

/** Whether `npm run fuzz` runs: new cases instead of the same ones each time. */
export const isFuzz = fuzzRuns > 0;

/** How many cases a property tries that is to try `usual` ones (fast-check's own default is 100) in `npm test`. */
export const propertyRuns = (usual: number): number => (isFuzz ? Math.ceil((fuzzRuns * usual) / 100) : usual);

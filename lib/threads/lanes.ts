import { availableParallelism } from 'node:os';
import { Slots } from './slots';

const cores = availableParallelism();

/**
 * How many threads there are at once, of all requests together: what is asked for in one lane does not hold up the
 * others. The lists are kept for the process: Next bundles routes apart.
 */
interface Lanes {
  /** What somebody waits for: an import, a what-if. */
  short: Slots;
  /** A sweep takes several. */
  sweep: Slots;
  /** An export lives as long as its reader reads. */
  exports: Slots;
}
const shared = globalThis as typeof globalThis & { scaletraceLanes?: Lanes };

export function lanes(): Lanes {
  return (shared.scaletraceLanes ??= {
    short: new Slots(Math.max(2, cores), 64),
    sweep: new Slots(Math.max(2, cores), 64),
    exports: new Slots(Math.max(2, cores), 64),
  });
}

import { type ImportedRows } from '@/lib/store/imports';
import { type ReadFile } from './read-file';

const rowsAtOnce = 2000;

/** What is many in a file, in lots as they are stored. */
export function* rowsOf({ collected }: Pick<ReadFile, 'collected'>): Generator<ImportedRows> {
  const { points = [], inFlight = [] } = collected ?? {};
  const most = Math.max(points.length, inFlight.length);
  for (let from = 0; from < most; from += rowsAtOnce) {
    const to = from + rowsAtOnce;
    yield { points: points.slice(from, to), concurrency: inFlight.slice(from, to) };
  }
}

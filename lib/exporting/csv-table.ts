import { stringify } from 'csv-stringify/sync';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';

/** What a cell may hold; null: empty. */
export type CellValue = string | number | boolean | null;

const rowsAtOnce = 500;

/** A table's lines in pieces of some hundred rows, the header first. Moments and lengths (`_s`, `_ms`) get three digits behind the point, other numbers six. */
export function* csvTable<T>(
  columns: Record<string, (row: T) => CellValue>,
  rows: Iterable<T>,
): Generator<string> {
  const cells = Object.entries(columns);
  let held: CellValue[][] = [Object.keys(columns)];
  for (const row of rows) {
    held.push(cells.map(([name, cell]) => written(name, cell(row))));
    if (held.length < rowsAtOnce) continue;
    yield csvLines(held);
    held = [];
  }
  yield csvLines(held);
}

/** Lines by RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvLines(rows: readonly CellValue[][]): string {
  return stringify([...rows], {
    record_delimiter: 'windows',
    escape_formulas: true,
    quoted_match: /[\r\n]/,
    cast: { boolean: String, number: (value) => ({ value: String(value), escape_formulas: false }) },
  });
}

/** Seconds of a moment in ms, to the ms. */
export function secondsOf(atMs: number | null): number | null {
  return atMs === null ? null : Math.round(atMs) / 1000;
}

/** A number as finely as its column has it: without the noise of its last bits. */
function written(column: string, value: CellValue): CellValue {
  return typeof value === 'number' ? Number(value.toFixed(/_(s|ms|seconds)$/.test(column) ? 3 : 6)) : value;
}

/** A time of a histogram of seconds, in ms; null: it has none. */
export function msOf(
  histogram: ExponentialHistogram | null,
  of: (histogram: ExponentialHistogram) => number,
): number | null {
  return histogram && histogram.count > 0 ? of(histogram) * 1000 : null;
}

/** A quantile of a histogram in its own unit; null: it has none. */
export function quantileOf(histogram: ExponentialHistogram | null, q: number): number | null {
  return histogram && histogram.count > 0 ? quantile(histogram, q) : null;
}

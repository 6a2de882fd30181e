import { Collector, type Collected, type MetricKind } from './collector';
import { csvRecords } from './csv';
import { type WithoutTimes } from '@/lib/model/import-facts';
import { fromCollected, type FileReader, type ImportedFile } from './reader';
import { importRefused } from './refused';

/** hey keeps the first million results and drops the rest. */
const mostRows = 1_000_000;
const time: MetricKind = { type: 'trend', contains: 'time' };
const parts = [
  ['http_req_connecting', 'DNS+dialup'],
  ['http_req_sending', 'Request-write'],
  ['http_req_waiting', 'Response-delay'],
  ['http_req_receiving', 'Response-read'],
] as const;

/** Whether a file begins as hey's; for a year hey put an empty line first, and at first it had one column only. */
export function isHeyHeader(head: string): boolean {
  return /^\s*response-time(,|\s|$)/.test(head);
}

/**
 * `hey -o csv`: a row a request, times in seconds with four digits behind the point. Columns are found by their names,
 * since hey has added them over time: the parts of the time in 2016, `status-code` and `offset` with 0.1.1 in 2018.
 *
 * Without `offset` it is not said when a request began, and it does not follow from what is: rows are in the order in which
 * answers came, of an unknown number of workers that may also have waited (`-q`). Any second that they were put in would be
 * made up (github.com/rakyll/hey/pull/126), so they are taken as a whole, without times.
 */
export class HeyReader implements FileReader {
  private collector = new Collector();
  private header: string[] = [];
  private rows = 0;
  private cutOff = false;

  async read(pieces: AsyncIterable<string>): Promise<ImportedFile> {
    for await (const { cells, line, open } of csvRecords(pieces)) {
      if (this.header.length === 0) this.takeHeader(cells);
      else this.takeRow(cells, line, open);
    }
    return this.finish();
  }

  private takeHeader(cells: string[]): void {
    this.header = cells;
    this.collector = new Collector(this.isTimed);
  }

  private takeRow(cells: string[], line: number, open: boolean): void {
    const numbers = cells.map((cell) => (cell === '' ? NaN : Number(cell)));
    const whole = cells.length === this.header.length && numbers.every((value) => Number.isFinite(value));
    if (whole) this.row(Object.fromEntries(this.header.map((name, i) => [name, numbers[i]!])), line);
    else if (open) this.cutOff = true;
    else
      throw importRefused(
        'problems.hey-row',
        { cells: this.header.length, found: shortened(cells.join(',')) },
        line,
      );
  }

  private finish(): ImportedFile {
    const collected = this.collector.finish();
    if (!collected || this.rows === 0) throw importRefused('problems.hey-without-requests', {}, 1);
    const common = fromCollected(collected);
    return {
      ...common,
      ...(this.isTimed ? {} : { collected: null, spanMs: null, withoutTimes: withoutTimes(collected) }),
      format: 'hey-csv',
      engine: 'hey',
      startedAtMs: null,
      target: null,
      notes: [
        ...common.notes,
        'no-start',
        ...(this.isTimed ? [] : ['no-offsets' as const]),
        ...(this.header.includes('status-code') ? [] : ['no-statuses' as const]),
        'no-errors',
        ...(this.rows >= mostRows ? ['most-rows' as const] : []),
        ...(this.cutOff ? ['cut-off' as const] : []),
      ],
    };
  }

  private row(row: Record<string, number>, line: number): void {
    const { 'response-time': seconds = 0, 'status-code': code, offset } = row;
    const ok = code !== undefined && code >= 200 && code < 400;
    const endMs = offset === undefined ? 0 : (offset + seconds) * 1000;
    const tags: Record<string, string> =
      code === undefined ? {} : { expected_response: `${ok}`, status: `${code}` };
    const add = (metric: string, kind: MetricKind, value: number): void =>
      this.collector.add(metric, kind, tags, `${code}`, endMs, value, line);
    add('http_reqs', { type: 'counter', contains: 'default' }, 1);
    add('http_req_duration', time, seconds * 1000);
    if (code !== undefined) add('http_req_failed', { type: 'rate', contains: 'default' }, ok ? 0 : 1);
    for (const [metric, column] of parts) if (column in row) add(metric, time, row[column]! * 1000);
    this.rows++;
  }

  private get isTimed(): boolean {
    return this.header.includes('offset');
  }
}

/** The one moment that all rows were put in, as what it is: the whole. Ids are places in `series`. */
function withoutTimes({ series, points }: Collected): WithoutTimes {
  return {
    series: series.map((one, id) => ({ ...one, id })),
    points: points.map(({ seriesId, value, histogram }) => ({ seriesId, value, histogram })),
  };
}

/** A wrong line's beginning, for a message. */
export function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

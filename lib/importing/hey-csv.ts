import { Collector, type MetricKind } from './collector';
import { csvRecords } from './csv';
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
/**
 * Files of before 0.1.3 have no `offset`, and are refused: when a request began is not in them, and does not follow from
 * what is. Rows are in the order in which answers came, of an unknown number of workers that may also have waited (`-q`),
 * so that any second they were put in would be made up (github.com/rakyll/hey/pull/126).
 */
const needed = ['response-time', 'status-code', 'offset'];

/** Whether a file begins as hey's. */
export function isHeyHeader(head: string): boolean {
  return head.startsWith('response-time,');
}

/**
 * `hey -o csv`: a row a request, times in seconds with four digits behind the point. Columns are found by their names,
 * since hey has added some over time.
 */
export class HeyReader implements FileReader {
  private readonly collector = new Collector();
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
    const missing = needed.filter((name) => !cells.includes(name));
    if (missing.length > 0)
      throw importRefused(
        'problems.hey-columns',
        { columns: missing.map((name) => `"${name}"`).join(', ') },
        1,
      );
    this.header = cells;
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
      format: 'hey-csv',
      engine: 'hey',
      toolVersion: null,
      startedAtMs: null,
      target: null,
      settings: {},
      histogram: null,
      notes: [
        ...common.notes,
        'no-start',
        'no-errors',
        ...(this.rows >= mostRows ? ['most-rows' as const] : []),
        ...(this.cutOff ? ['cut-off' as const] : []),
      ],
    };
  }

  private row(row: Record<string, number>, line: number): void {
    const { 'response-time': seconds = 0, 'status-code': code = 0, offset = 0 } = row;
    const status = `${code}`;
    const ok = code >= 200 && code < 400;
    const endMs = (offset + seconds) * 1000;
    const tags = { expected_response: `${ok}`, status };
    const add = (metric: string, kind: MetricKind, value: number): void =>
      this.collector.add(metric, kind, tags, status, endMs, value, line);
    add('http_reqs', { type: 'counter', contains: 'default' }, 1);
    add('http_req_duration', time, seconds * 1000);
    add('http_req_failed', { type: 'rate', contains: 'default' }, ok ? 0 : 1);
    for (const [metric, column] of parts) if (column in row) add(metric, time, row[column]! * 1000);
    this.rows++;
  }
}

/** A wrong line's beginning, for a message. */
export function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

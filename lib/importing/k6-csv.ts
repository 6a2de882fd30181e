import { Collector, type MetricKind } from './collector';
import { csvCells } from './csv';
import { shortened } from './hey-csv';
import { keptTags } from './k6-tags';
import { fromCollected, type ImportedFile, type LineReader } from './reader';
import { ImportRefused } from './refused';

/** What k6's own metrics are; the CSV does not say it of others. */
const kinds: Readonly<Record<string, MetricKind>> = {
  ...Object.fromEntries(
    ['http_reqs', 'iterations', 'dropped_iterations', 'ws_sessions', 'ws_msgs_sent', 'ws_msgs_received'].map(
      (name) => [name, { type: 'counter', contains: 'default' } as const],
    ),
  ),
  ...Object.fromEntries(
    ['data_sent', 'data_received'].map((name) => [name, { type: 'counter', contains: 'data' } as const]),
  ),
  ...Object.fromEntries(
    ['vus', 'vus_max'].map((name) => [name, { type: 'gauge', contains: 'default' } as const]),
  ),
  ...Object.fromEntries(
    ['checks', 'http_req_failed'].map((name) => [name, { type: 'rate', contains: 'default' } as const]),
  ),
};
const timeMetric =
  /^(http_req_\w+|iteration_duration|group_duration|grpc_req_duration|ws_connecting|ws_session_duration|ws_ping)$/;
const untyped: MetricKind = { type: 'trend', contains: 'default' };

/** Whether a file's first line is k6's. */
export function isK6CsvHeader(line: string): boolean {
  return line.startsWith('metric_name,timestamp,metric_value');
}

/** `k6 run --out csv=FILE`: a row a sample. Times are whole seconds unless K6_CSV_TIME_FORMAT asked for finer ones. */
export class K6CsvReader implements LineReader {
  private readonly collector = new Collector();
  private header: string[] = [];
  private target: string | null = null;
  private cutOff = false;
  private wholeSeconds = true;
  private guessed = false;

  line(text: string, number: number, cutOff: boolean): void {
    if (number === 1) {
      this.header = csvCells(text);
      return;
    }
    if (text === '') return;
    const cells = csvCells(text);
    const [metric = '', time = '', valueText = ''] = cells;
    const atMs = this.timeOf(time);
    const value = valueText === '' ? NaN : Number(valueText);
    if (cells.length !== this.header.length || metric === '' || Number.isNaN(atMs) || Number.isNaN(value)) {
      if (!cutOff)
        throw new ImportRefused(
          `${this.header.length} cells are expected here: a metric’s name, a time, a number, then its tags; found "${shortened(text)}".`,
          number,
        );
      this.cutOff = true;
      return;
    }
    const tags: Record<string, string> = {};
    for (let i = 3; i < cells.length; i++) {
      const name = this.header[i]!;
      if (name === 'extra_tags') Object.assign(tags, extraTags(cells[i]!));
      else if (name !== 'metadata') tags[name] = cells[i]!;
    }
    this.target ??= tags.url || null;
    const kept = keptTags(tags);
    this.collector.add(metric, this.kindOf(metric), kept.tags, kept.key, atMs, value);
  }

  finish(): ImportedFile {
    const collected = this.collector.finish();
    if (!collected || this.collector.countOf('http_reqs') === 0)
      throw new ImportRefused(
        'The file has no row of http_reqs, so no request: Scaletrace compares HTTP runs.',
      );
    const common = fromCollected(collected);
    return {
      ...common,
      format: 'k6-csv',
      engine: 'k6',
      toolVersion: null,
      startedAtMs: collected.firstMs,
      target: this.target,
      settings: {},
      histogram: null,
      notes: [
        ...common.notes,
        ...(this.wholeSeconds ? ['seconds-only' as const] : []),
        ...(this.guessed ? ['no-types' as const] : []),
        ...(this.cutOff ? ['cut-off' as const] : []),
      ],
    };
  }

  private kindOf(metric: string): MetricKind {
    const known = kinds[metric];
    if (known) return known;
    if (timeMetric.test(metric)) return { type: 'trend', contains: 'time' };
    this.guessed = true;
    return untyped;
  }

  /** Unix ms of a cell in any of k6's formats: seconds, ms, µs, ns, or RFC 3339. */
  private timeOf(text: string): number {
    if (!/^\d+$/.test(text)) {
      this.wholeSeconds = false;
      return Date.parse(text);
    }
    if (text.length > 10) this.wholeSeconds = false;
    return text.length <= 10
      ? Number(text) * 1000
      : text.length <= 13
        ? Number(text)
        : text.length <= 16
          ? Number(text) / 1000
          : Number(text) / 1e6;
  }
}

/** `a=b&c=d`, as k6 writes tags that have no column. */
function extraTags(text: string): Record<string, string> {
  return text === '' ? {} : Object.fromEntries(new URLSearchParams(text));
}

import { Collector, type MetricKind } from './collector';
import { csvRecords, type CsvRecord } from './csv';
import { shortened } from './hey-csv';
import { kindOfOwn } from './k6-metric-kinds';
import { keptTags } from './k6-tags';
import { fromCollected, type FileReader, type ImportedFile } from './reader';
import { limits } from '@/lib/model/limits';
import { importRefused } from './refused';

const untyped: MetricKind = { type: 'trend', contains: 'default' };

/** Whether a file begins as k6's CSV. */
export function isK6CsvHeader(head: string): boolean {
  return head.startsWith('metric_name,timestamp,metric_value');
}

/** `k6 run --out csv=FILE`: a row a sample. Times are whole seconds unless K6_CSV_TIME_FORMAT asked for finer ones. */
export class K6CsvReader implements FileReader {
  private readonly collector = new Collector();
  private header: string[] = [];
  private target: string | null = null;
  private cutOff = false;
  private wholeSeconds = true;
  private guessed = false;

  async read(pieces: AsyncIterable<string>): Promise<ImportedFile> {
    for await (const record of csvRecords(pieces)) this.record(record);
    return this.finish();
  }

  private record({ cells, line, open }: CsvRecord): void {
    if (this.header.length === 0) {
      this.header = cells;
      return;
    }
    const [metric = '', time = '', valueText = ''] = cells;
    const atMs = this.timeOf(time);
    const value = valueText === '' ? NaN : Number(valueText);
    if (cells.length !== this.header.length || metric === '' || Number.isNaN(atMs) || Number.isNaN(value)) {
      if (!open)
        throw importRefused(
          'problems.k6-csv-row',
          { cells: this.header.length, found: shortened(cells.join(',')) },
          line,
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
    if (!kept) throw importRefused('problems.import-tags', { most: limits.file.tags }, line);
    this.collector.add(metric, this.kindOf(metric), kept.tags, kept.key, atMs, value, line);
  }

  private finish(): ImportedFile {
    const collected = this.collector.finish();
    if (!collected || this.collector.requests === 0)
      throw importRefused('problems.k6-csv-without-requests', {});
    const common = fromCollected(collected);
    return {
      ...common,
      format: 'k6-csv',
      engine: 'k6',
      startedAtMs: collected.firstMs,
      target: this.target,
      notes: [
        ...common.notes,
        ...(this.wholeSeconds ? ['seconds-only' as const] : []),
        ...(this.guessed ? ['no-types' as const] : []),
        ...(this.cutOff ? ['cut-off' as const] : []),
      ],
    };
  }

  private kindOf(metric: string): MetricKind {
    const known = kindOfOwn(metric);
    if (known) return known;
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

/** `a=b&c=d`: k6 joins tags that have no column as they are, without any encoding (internal/output/csv). */
function extraTags(text: string): Record<string, string> {
  const pairs = text.split('&').map((pair) => [pair, pair.indexOf('=')] as const);
  return Object.fromEntries(
    pairs.flatMap(([pair, at]) => (at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)]] : [])),
  );
}

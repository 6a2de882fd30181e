import { JSONParser } from '@streamparser/json';
import { z } from 'zod';
import { Collector, type MetricKind } from './collector';
import { shortened } from './hey-csv';
import { kindOfOwn } from './k6-metric-kinds';
import { keptTags } from './k6-tags';
import { linesOf, type Line } from './lines';
import { fromCollected, type FileReader, type ImportedFile } from './reader';
import { messageOfIssue } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { limits } from '@/lib/model/limits';
import { importRefused, tooMany } from './refused';

const metricSchema = z.object({
  metric: z.string(),
  data: z.object({
    type: z.enum(['counter', 'gauge', 'rate', 'trend']),
    contains: z.enum(['time', 'data', 'default']),
    thresholds: z.array(z.string()).nullish(),
  }),
});

/** A point as k6 writes it; read by hand, since there are millions of them. */
interface Point {
  metric?: unknown;
  type?: unknown;
  data?: { time?: unknown; value?: unknown; tags?: Record<string, string> | null } | null;
}

/** Whether a file begins as k6's JSON output: one object a line, or what `jq` makes of that. */
export function isK6JsonStart(head: string): boolean {
  return /^\s*[[{]/.test(head) && /"type":\s*"(Metric|Point)"/.test(head) && head.includes('"metric":');
}

/**
 * `k6 run --out json=FILE`: one JSON object a line, a metric's kind before its points. Also as `jq` reshapes it: an array
 * of these objects (`-s`), objects over several lines, or points alone, where k6's own metrics are known.
 */
export class K6JsonReader implements FileReader {
  private readonly collector = new Collector();
  private readonly kinds = new Map<string, MetricKind>();
  private readonly thresholds = new Map<string, string[]>();
  private target: string | null = null;
  private cutOff = false;
  private asked = 0;

  async read(pieces: AsyncIterable<string>): Promise<ImportedFile> {
    const lines = linesOf(pieces);
    const first = await lines.next();
    if (!first.done && isWhole(first.value.text)) {
      this.line(first.value);
      for await (const line of lines) this.line(line);
    } else if (!first.done) await this.reshaped(first.value, lines);
    return this.finish();
  }

  private line({ text, number, open }: Line): void {
    if (text === '') return;
    let value: Point;
    try {
      value = JSON.parse(text) as Point;
    } catch (error) {
      if (!open)
        throw importRefused(
          'problems.k6-json-line',
          { cause: error instanceof Error ? error.message : 'unreadable', found: shortened(text) },
          number,
        );
      this.cutOff = true;
      return;
    }
    this.take(value, number, text);
  }

  private async reshaped(first: Line, rest: AsyncIterable<Line>): Promise<void> {
    let number = first.number;
    const parser = new JSONParser({
      separator: '',
      paths: first.text.trimStart().startsWith('[') ? ['$.*'] : ['$'],
      keepStack: false,
    });
    parser.onValue = ({ value, stack }) => {
      if (stack.length <= 1) this.take((value ?? {}) as Point, number);
    };
    let failure: Error | null = null;
    parser.onError = (error) => (failure = error);
    const write = ({ text }: Line): void => {
      if (!parser.isEnded) parser.write(`${text}\n`);
      if (failure instanceof Problem) throw failure;
      if (failure) throw importRefused('problems.k6-json-rest', { cause: failure.message }, number);
    };
    write(first);
    for await (const line of rest) {
      number = line.number;
      write(line);
    }
    this.cutOff = !parser.isEnded && first.text.trimStart().startsWith('[');
  }

  /** `text`: how it stands in the file, where that is known. */
  private take(value: Point, number: number, text?: string): void {
    if (value.type === 'Metric') this.metric(value, number);
    else if (value.type === 'Point') this.point(value, number);
    else
      throw importRefused(
        'problems.k6-json-type',
        { found: shortened(text ?? JSON.stringify(value)) },
        number,
      );
  }

  private finish(): ImportedFile {
    const collected = this.collector.finish(this.thresholds);
    if (!collected || this.collector.requests === 0)
      throw importRefused('problems.k6-json-without-requests', {});
    const common = fromCollected(collected);
    const judged = common.summary.metrics.flatMap(({ thresholds }) => thresholds).length;
    return {
      ...common,
      format: 'k6-json',
      engine: 'k6',
      startedAtMs: collected.firstMs,
      target: this.target,
      notes: [
        ...common.notes,
        ...(judged > 0 ? ['thresholds-judged' as const] : []),
        ...(judged < this.asked ? ['thresholds-unknown' as const] : []),
        ...(this.cutOff ? ['cut-off' as const] : []),
      ],
    };
  }

  private metric(value: Point, number: number): void {
    const parsed = metricSchema.safeParse(value);
    if (!parsed.success)
      throw importRefused(
        'problems.k6-json-metric',
        {
          path: parsed.error.issues[0]?.path.join('.') ?? '',
          error: messageOfIssue(parsed.error.issues[0]),
        },
        number,
      );
    const { metric, data } = parsed.data;
    this.kinds.set(metric, { type: data.type, contains: data.contains });
    if (this.kinds.size > limits.file.metrics) throw tooMany('metrics', number);
    if (!data.thresholds || data.thresholds.length === 0) return;
    this.thresholds.set(metric, data.thresholds);
    this.asked += data.thresholds.length;
    if (this.asked > limits.file.thresholds) throw tooMany('thresholds', number);
  }

  private point({ metric, data }: Point, number: number): void {
    const atMs = typeof data?.time === 'string' ? timeOf(data.time) : NaN;
    if (typeof metric !== 'string' || typeof data?.value !== 'number' || Number.isNaN(atMs))
      throw importRefused('problems.k6-json-point', {}, number);
    const kind = this.kinds.get(metric) ?? kindOfOwn(metric);
    if (!kind) throw importRefused('problems.k6-json-no-kind', { metric }, number);
    const tags = data.tags ?? {};
    const kept = typeof tags === 'object' ? keptTags(tags) : null;
    if (!kept) throw importRefused('problems.import-tags', { most: limits.file.tags }, number);
    this.target ??= tags.url ?? null;
    this.collector.add(metric, kind, kept.tags, kept.key, atMs, data.value, number);
  }
}

function isWhole(line: string): boolean {
  try {
    return line.trimStart().startsWith('{') && JSON.parse(line) !== null;
  } catch {
    return false;
  }
}

/** Unix ms of an RFC 3339 time, with the part of a millisecond that Date drops. */
function timeOf(text: string): number {
  const ms = Date.parse(text);
  const finer = /\.\d{3}(\d{1,6})/.exec(text)?.[1];
  return finer === undefined ? ms : ms + Number(`0.${finer}`);
}

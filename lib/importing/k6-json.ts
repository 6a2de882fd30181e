import { z } from 'zod';
import { Collector, type MetricKind } from './collector';
import { shortened } from './hey-csv';
import { keptTags } from './k6-tags';
import { fromCollected, type ImportedFile, type LineReader } from './reader';
import { ImportRefused } from './refused';

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
  data?: { time?: unknown; value?: unknown; tags?: Record<string, string> | null };
}

/** Whether a file's first line is k6's. */
export function isK6JsonLine(line: string): boolean {
  return /^\{.*"type":\s*"(Metric|Point)"/.test(line) && line.includes('"metric":');
}

/** `k6 run --out json=FILE`: one JSON object a line, a metric's kind before its points. */
export class K6JsonReader implements LineReader {
  private readonly collector = new Collector();
  private readonly kinds = new Map<string, MetricKind>();
  private readonly thresholds = new Map<string, string[]>();
  private target: string | null = null;
  private cutOff = false;

  line(text: string, number: number, cutOff: boolean): void {
    if (text === '') return;
    let value: Point;
    try {
      value = JSON.parse(text) as Point;
    } catch (error) {
      if (!cutOff)
        throw new ImportRefused(
          `This line is not JSON (${error instanceof Error ? error.message : 'unreadable'}): "${shortened(text)}". Each line of k6’s JSON output is one object.`,
          number,
        );
      this.cutOff = true;
      return;
    }
    if (value.type === 'Metric') this.metric(value, number);
    else if (value.type === 'Point') this.point(value, number);
    else
      throw new ImportRefused(
        `"type" should be Metric or Point, as "k6 run --out json" writes it; found "${shortened(text)}".`,
        number,
      );
  }

  finish(): ImportedFile {
    const collected = this.collector.finish(this.thresholds);
    if (!collected || this.collector.countOf('http_reqs') === 0)
      throw new ImportRefused(
        'The file has no point of http_reqs, so no request: Scaletrace compares HTTP runs.',
      );
    const common = fromCollected(collected);
    const asked = [...this.thresholds.values()].flat().length;
    const judged = common.summary.metrics.flatMap(({ thresholds }) => thresholds).length;
    return {
      ...common,
      format: 'k6-json',
      engine: 'k6',
      toolVersion: null,
      startedAtMs: collected.firstMs,
      target: this.target,
      settings: {},
      histogram: null,
      notes: [
        ...common.notes,
        ...(judged > 0 ? ['thresholds-judged' as const] : []),
        ...(judged < asked ? ['thresholds-unknown' as const] : []),
        ...(this.cutOff ? ['cut-off' as const] : []),
      ],
    };
  }

  private metric(value: Point, number: number): void {
    const parsed = metricSchema.safeParse(value);
    if (!parsed.success)
      throw new ImportRefused(
        `This metric is not as k6 writes it: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}.`,
        number,
      );
    const { metric, data } = parsed.data;
    this.kinds.set(metric, { type: data.type, contains: data.contains });
    if (data.thresholds && data.thresholds.length > 0) this.thresholds.set(metric, data.thresholds);
  }

  private point({ metric, data }: Point, number: number): void {
    const atMs = typeof data?.time === 'string' ? timeOf(data.time) : NaN;
    if (typeof metric !== 'string' || typeof data?.value !== 'number' || Number.isNaN(atMs))
      throw new ImportRefused(
        'A point needs "metric", "data.time" (RFC 3339) and a number as "data.value".',
        number,
      );
    const kind = this.kinds.get(metric);
    if (!kind)
      throw new ImportRefused(
        `A point of ${metric} comes before the line that says what ${metric} is; the file’s beginning is missing.`,
        number,
      );
    const tags = data.tags ?? {};
    this.target ??= tags.url ?? null;
    const kept = keptTags(tags);
    this.collector.add(metric, kind, kept.tags, kept.key, atMs, data.value);
  }
}

/** Unix ms of an RFC 3339 time, with the part of a millisecond that Date drops. */
function timeOf(text: string): number {
  const ms = Date.parse(text);
  const finer = /\.\d{3}(\d{1,6})/.exec(text)?.[1];
  return finer === undefined ? ms : ms + Number(`0.${finer}`);
}

import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { code, type Message, message, messageOfIssue } from '@/lib/model/message';
import { limits } from '@/lib/model/limits';
import { Problem } from '@/lib/model/problem';
import { type Demand, demandFromReadings, type DemandReading } from './demand';

/** A demand file that cannot be read; `line` counts from 1, null where the file has no lines to name. */
export class DemandFileError extends Problem {
  constructor(
    error: Message,
    readonly line: number | null = null,
  ) {
    super(
      line === null ? 'problems.demand-unreadable' : 'problems.demand-line',
      line === null ? { error } : { line, error },
      { errors: [{ path: 'text', line: line ?? undefined }] },
    );
  }
}

const hundredYearsOfSeconds = 1e11;

/**
 * Demand from a CSV of `time,concurrency` lines, with or without a header: time as ISO 8601, Unix seconds or Unix
 * milliseconds, in rising order; concurrency 0 or more, empty where it is not known. Throws DemandFileError with the
 * number of the first wrong line.
 */
export function demandFromCsv(text: string, kind: Demand['kind'] = 'closed'): Demand {
  const readings: DemandReading[] = [];
  for (const [index, { record: cells, line }] of csvRecords(text).entries()) {
    const [time = '', value = ''] = cells;
    if (cells.length !== 2)
      throw new DemandFileError(message('demand.columns', { columns: cells.length }), line);
    const atMs = parseTimeMs(time);
    const number = readNumber(value, line);
    if (index === 0 && atMs === null && number === undefined) continue;
    if (atMs === null) throw new DemandFileError(message('demand.no-time', { text: time }), line);
    const previous = readings.at(-1);
    if (previous && atMs <= previous.atMs)
      throw new DemandFileError(message('demand.not-later', { text: time }), line);
    if (number === undefined)
      throw new DemandFileError(message('demand.no-concurrency', { text: value }), line);
    readings.push({ atMs, value: number });
  }
  return complete(readings, kind);
}

function csvRecords(text: string): { record: string[]; line: number }[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      delimiter: [',', ';', '\t'],
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DemandFileError(message('demand.csv-line', { cause: error.message }), Number(error.lines));
  }
}

/** 0 or more; null for what says that it is not known: nothing, or a division by nothing; undefined for anything else. */
function readNumber(text: string, line: number | null): number | null | undefined {
  if (text === '' || /^(nan|[+-]?inf(inity)?)$/i.test(text)) return null;
  const number = Number(text);
  if (number > limits.demand.value && Number.isFinite(number))
    throw new DemandFileError(message('demand.too-high', { text, most: limits.demand.value }), line);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

const seriesSchema = z
  .array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) }))
  .min(1, code('demand.no-series'));

/** What the API answers, or the series alone, as `promtool query range -o json` prints them. */
const prometheusSchema = z.preprocess(
  (value) =>
    Array.isArray(value) ? { status: 'success', data: { resultType: 'matrix', result: value } } : value,
  z.object({
    status: z.literal('success', code('demand.query-failed')),
    data: z.object({
      resultType: z.literal('matrix', code('demand.no-matrix')),
      result: seriesSchema,
    }),
  }),
);

/**
 * Demand from the JSON that Prometheus answers a range query with. Several series are added up. A time at which any of
 * them has no number is not known. Throws DemandFileError naming the field that is wrong.
 */
export function demandFromPrometheus(json: string, kind: Demand['kind'] = 'closed'): Demand {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new DemandFileError(
      message('demand.no-json', { cause: error instanceof Error ? error.message : String(error) }),
    );
  }
  const parsed = prometheusSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') ?? '';
    const error = messageOfIssue(issue);
    throw new DemandFileError(
      path === '' ? message('demand.answer', { error }) : message('demand.field', { path, error }),
    );
  }
  const series = parsed.data.data.result;
  const sums = new Map<number, number>();
  for (const [seriesIndex, { values }] of series.entries()) {
    for (const [valueIndex, [seconds, text]] of values.entries()) {
      const number = readNumber(text, null);
      if (number === undefined)
        throw new DemandFileError(
          message('demand.no-number', { place: `data.result.${seriesIndex}.values.${valueIndex}`, text }),
        );
      const atMs = Math.round(seconds * 1000);
      sums.set(atMs, (sums.get(atMs) ?? 0) + (number ?? NaN));
    }
  }
  return complete(
    [...sums].map(([atMs, sum]) => ({ atMs, value: Number.isFinite(sum) ? sum : null })),
    kind,
  );
}

function complete(readings: DemandReading[], kind: Demand['kind']): Demand {
  if (readings.length === 0) throw new DemandFileError(message('demand.no-readings'));
  const spanMs = Math.max(...bounds(readings)) - Math.min(...bounds(readings));
  if (spanMs > limits.demand.spanMs)
    throw new DemandFileError(
      message('demand.too-long', {
        days: Math.round(spanMs / 86_400_000),
        most: limits.demand.spanMs / 86_400_000,
      }),
    );
  return demandFromReadings(readings, kind);
}

function bounds(readings: readonly DemandReading[]): number[] {
  // Prometheus' series may begin at different times, so the first is not always the earliest.
  return readings.reduce(
    (found, { atMs }) => [Math.min(found[0]!, atMs), Math.max(found[1]!, atMs)],
    [Infinity, -Infinity],
  );
}

function parseTimeMs(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const number = Number(text);
    return number < hundredYearsOfSeconds ? Math.round(number * 1000) : number;
  }
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$/.test(text)) return null;
  const atMs = Date.parse(
    /(Z|[+-]\d\d:?\d\d)$/.test(text) || text.length === 10 ? text : `${text.replace(' ', 'T')}Z`,
  );
  return Number.isNaN(atMs) ? null : atMs;
}

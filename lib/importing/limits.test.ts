import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '@/lib/model/limits';
import { Problem } from '@/lib/model/problem';
import { BusyTime } from './busy-time';
import { readImport, type ReadFile } from './read-file';

const startMs = Date.UTC(2026, 0);

function point(metric: string, value: unknown, more: object = {}, atMs: unknown = startMs): string {
  const time = typeof atMs === 'number' ? new Date(atMs).toISOString() : atMs;
  return JSON.stringify({ metric, type: 'Point', data: { time, value, tags: { status: '200' }, ...more } });
}

const read = (lines: readonly string[]): Promise<ReadFile> =>
  readImport(new Blob([lines.join('\n'), '\n']).stream());

async function refusal(lines: readonly string[]): Promise<{ code: string; line: number | undefined }> {
  const error: unknown = await read(lines).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Problem)) throw new Error('not refused', { cause: error });
  expect(error.status).toBe(422);
  return { code: error.said.code, line: error.errors[0]?.line };
}

const request = [point('http_reqs', 1), point('http_req_duration', 12)];
const { file } = limits;

describe('refuses, by the line, what would make loops or rows without end:', () => {
  it.each([
    ['a request of 1e22 ms', point('http_req_duration', 1e22), 'problems.import-value'],
    ['one that ends long before it begins', point('http_req_duration', -1e22), 'problems.import-value'],
    [
      'a value that is no number any more',
      point('http_reqs', 0).replace('"value":0', '"value":1e999'),
      'problems.import-value',
    ],
    ['a sum that would be none', point('data_sent', file.value * 10), 'problems.import-value'],
    ['points a year apart', point('http_reqs', 1, {}, startMs + 366 * 86_400_000), 'problems.import-span'],
    [
      'a request that began a week before',
      point('http_reqs', 1, {}, startMs - file.spanMs - 1),
      'problems.import-span',
    ],
    ['a time before all clocks', point('http_reqs', 1, {}, '0001-01-01T00:00:00Z'), 'problems.import-time'],
    ['a time after all load tests', point('http_reqs', 1, {}, file.latestMs + 1), 'problems.import-time'],
    ['a list of tags', point('http_reqs', 1, { tags: ['a', 'b'] }), 'problems.import-tags'],
    ['tags that are text', point('http_reqs', 1, { tags: 'a=b' }), 'problems.import-tags'],
    [
      'a tag that is no text',
      point('http_reqs', 1, { tags: { status: { code: 200 } } }),
      'problems.import-tags',
    ],
    [
      'too many tags',
      point('http_reqs', 1, {
        tags: Object.fromEntries(Array.from({ length: file.tags + 1 }, (_, i) => [`t${i}`, 'x'])),
      }),
      'problems.import-tags',
    ],
    ['a point without data', '{"metric":"http_reqs","type":"Point","data":null}', 'problems.k6-json-point'],
  ])('%s', async (_what, line, code) => {
    expect(await refusal([...request, line, ...request])).toEqual({ code, line: 3 });
  });

  it('a line of CSV likewise', async () => {
    const header =
      'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset';
    const row = (seconds: string): string => `${seconds},0,0,0,0,0,200,1`;
    expect(await refusal([header, row('0.1'), row('90000')])).toEqual({
      code: 'problems.import-value',
      line: 3,
    });
    const k6 = 'metric_name,timestamp,metric_value,status';
    expect(await refusal([k6, 'http_reqs,1700000000,1,200', 'http_reqs,1800000000,1,200'])).toEqual({
      code: 'problems.import-span',
      line: 3,
    });
    expect(await refusal([k6, 'http_reqs,1700000000,Infinity,200'])).toMatchObject({ line: 2 });
  });

  it.each([
    [
      'metrics',
      Array.from({ length: file.metrics + 1 }, (_, i) =>
        JSON.stringify({ metric: `m${i}`, type: 'Metric', data: { type: 'trend', contains: 'time' } }),
      ),
    ],
    [
      'checks',
      Array.from({ length: file.checks + 1 }, (_, i) => point('checks', 1, { tags: { check: `c${i}` } })),
    ],
    [
      'statuses',
      Array.from({ length: file.statuses + 1 }, (_, i) =>
        point('http_reqs', 1, { tags: { status: `${i}` } }),
      ),
    ],
    [
      'thresholds',
      [
        JSON.stringify({
          metric: 'm',
          type: 'Metric',
          data: { type: 'trend', contains: 'time', thresholds: Array(file.thresholds + 1).fill('avg<1') },
        }),
      ],
    ],
  ])('too many %s', async (_what, lines) => {
    expect(await refusal([...request, ...lines])).toMatchObject({ code: 'problems.import-too-many' });
  });

  it('a Fortio result of a thousand years', async () => {
    const result = (duration: number, start: string): string =>
      JSON.stringify({
        RunType: 'HTTP',
        StartTime: start,
        ActualQPS: 1,
        ActualDuration: duration,
        DurationHistogram: {
          ...{ Count: 1, Min: 1, Max: 1, Sum: 1, Avg: 1, StdDev: 0 },
          Data: [{ Start: 1, End: 1, Percent: 100, Count: 1 }],
        },
      });
    expect(await refusal([result(3e19, '2026-01-01T00:00:00Z')])).toMatchObject({
      code: 'problems.import-span',
    });
    expect(await refusal([result(1e9, '0001-01-01T00:00:00Z')])).toMatchObject({
      code: 'problems.import-time',
    });
    expect((await read([result(1e9, '2026-01-01T00:00:00Z')])).spanMs).toBe(1000);
  });
});

it('takes names that every object has, NUL, and names without end', async () => {
  const names = ['__proto__', 'constructor', 'toString'];
  for (const name of names)
    expect(await refusal([...request, point(name, 1)]), name).toEqual({
      code: 'problems.k6-json-no-kind',
      line: 3,
    });
  const { collected } = await read([
    ...request,
    point('http_reqs', 1, { tags: { name: 'a\0b', status: 'x'.repeat(5000), constructor: 'c' } }),
  ]);
  const tags = collected?.series.find(({ tags: { name } }) => name !== undefined)?.tags;
  expect(tags?.name).toBe('a\ufffdb');
  expect(tags?.status).toHaveLength(file.nameCharacters);
  expect(Object.entries(tags ?? {})).toContainEqual(['constructor', 'c']);
});

describe('BusyTime', () => {
  /** Second by second, as it is defined. */
  function plain(requests: readonly (readonly [number, number])[]): { second: number; busyMs: number }[] {
    const busy = new Map<number, number>();
    for (const [from, to] of requests)
      for (let second = Math.floor(from / 1000); second * 1000 < to; second++)
        busy.set(
          second + 1,
          (busy.get(second + 1) ?? 0) + Math.min(to, (second + 1) * 1000) - Math.max(from, second * 1000),
        );
    return [...busy]
      .sort(([a], [b]) => a - b)
      .map(([second, busyMs]) => ({ second, busyMs }))
      .filter(({ busyMs }) => busyMs > 0);
  }

  it('adds requests up as second by second, whatever their length', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9000), fc.nat(5000))), (given) => {
        const requests = given.map(([from, took]) => [from, from + took] as const);
        const busy = new BusyTime();
        for (const [from, to] of requests) busy.add(from, to);
        expect(busy.seconds()).toEqual(plain(requests));
      }),
    );
  });

  it('takes no longer for long requests', () => {
    const busy = new BusyTime();
    for (let i = 0; i < 100_000; i++) busy.add(i, i + file.requestMs);
    expect(busy.seconds()).toHaveLength(file.requestMs / 1000 + 100);
  });
});

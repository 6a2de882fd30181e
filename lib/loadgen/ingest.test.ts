import { compressSync } from 'snappy';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { createIngest } from './ingest';
import { limits } from '@/lib/model/limits';
import {
  madeDurations as duration,
  madePush as push,
  madeRequests as requests,
  type MadeSeries,
} from './made-push';
import { decodeWriteRequest, InvalidPush } from './remote-write';

const stale = Number.NaN;

describe('createIngest', () => {
  it('turns running totals into increases, under k6’s own names', () => {
    const ingest = createIngest();
    const first = ingest.push(
      push([
        requests(10),
        duration(10, 10),
        { labels: { __name__: 'k6_vus' }, value: 5 },
        { labels: { __name__: 'k6_checks_rate', check: 'ok' }, value: 0.5 },
      ]),
      1000,
    );
    expect(first).toEqual([
      {
        metric: 'http_reqs',
        type: 'counter',
        unit: 'none',
        tags: { status: '200' },
        atUnixMs: 1000,
        value: 10,
        histogram: null,
      },
      {
        metric: 'http_req_duration',
        type: 'trend',
        unit: 'seconds',
        tags: { status: '200' },
        atUnixMs: 1000,
        value: null,
        histogram: {
          schema: 3,
          zeroThreshold: 2 ** -128,
          zeroCount: 0,
          count: 10,
          sum: 0.2,
          cells: [[-45, 10]],
        },
      },
      { metric: 'vus', type: 'gauge', unit: 'none', tags: {}, atUnixMs: 1000, value: 5, histogram: null },
      {
        metric: 'checks',
        type: 'rate',
        unit: 'none',
        tags: { check: 'ok' },
        atUnixMs: 1000,
        value: 0.5,
        histogram: null,
      },
    ]);
    const second = ingest.push(
      push([requests(17), duration(17, 17), { labels: { __name__: 'k6_vus' }, value: 5 }]),
      2000,
    );
    expect(second.map(({ metric, value, histogram }) => [metric, value ?? histogram?.count])).toEqual([
      ['http_reqs', 7],
      ['http_req_duration', 7],
      ['vus', 5],
    ]);
    expect(Object.fromEntries(ingest.totals)).toEqual({ http_reqs: 17, http_req_duration: 17 });
    expect([...ingest.metrics.values()].map(({ metric, unit }) => [metric, unit])).toEqual([
      ['http_reqs', 'none'],
      ['http_req_duration', 'seconds'],
      ['vus', 'none'],
      ['checks', 'none'],
    ]);
  });

  it('says nothing of what did not grow, and counts anew after a reset', () => {
    const ingest = createIngest();
    ingest.push(push([requests(10), duration(10, 10)]), 1000);
    expect(ingest.push(push([requests(10), duration(10, 10)]), 2000)).toEqual([]);
    expect(
      ingest.push(push([requests(3), duration(3, 3)]), 3000).map((p) => p.value ?? p.histogram?.count),
    ).toEqual([3, 3]);
  });

  it('completes the counters from the histograms that come with the stale markers', () => {
    const ingest = createIngest();
    ingest.push(push([requests(10), duration(10, 10)]), 1000);
    // k6's last flush held back two requests; a third has a series of its own that was never pushed.
    const late = { status: '503' };
    const last = ingest.push(
      push([
        requests(stale),
        { ...duration(12, 12), value: stale },
        requests(stale, late),
        { ...duration(1, 1, late), value: stale },
      ]),
      2000,
    );
    expect(ingest.ended).toBe(true);
    expect(
      last.map(({ metric, tags, value, histogram }) => [metric, tags.status, value ?? histogram?.count]),
    ).toEqual([
      ['http_req_duration', '200', 2],
      ['http_reqs', '200', 2],
      ['http_req_duration', '503', 1],
      ['http_reqs', '503', 1],
    ]);
    expect(Object.fromEntries(ingest.totals)).toEqual({ http_reqs: 13, http_req_duration: 13 });
  });

  it('puts series beyond the limit together without losing a count', () => {
    const ingest = createIngest({ maxSeries: 3 });
    const many = (n: number): MadeSeries[] =>
      Array.from({ length: 10 }, (_, i) => requests(n, { name: `/${i}` }));
    const points = ingest.push(push(many(2)), 1000);
    expect(points).toHaveLength(4);
    expect(points.at(-1)).toMatchObject({ tags: { overflow: 'true' }, value: 14 });
    expect(ingest.push(push(many(5)), 2000).at(-1)).toMatchObject({ tags: { overflow: 'true' }, value: 21 });
    expect(ingest.totals.get('http_reqs')).toBe(50);
  });

  it('takes nothing of a push that is wrong', () => {
    const ingest = createIngest();
    const bad = push([
      requests(5),
      { labels: { __name__: 'k6_x_seconds' }, histogram: { count: 1, sum: 1, spans: [[0, 2]], deltas: [1] } },
    ]);
    expect(() => ingest.push(bad, 1000)).toThrow(InvalidPush);
    expect(ingest.totals.size).toBe(0);
  });
});

describe('decodeWriteRequest', () => {
  it('places buckets by spans and deltas', () => {
    const [series] = decodeWriteRequest(
      push([
        {
          labels: { __name__: 'k6_a' },
          histogram: {
            count: 9,
            sum: 1,
            zeroCount: 1,
            spans: [
              [-3, 2],
              [4, 2],
            ],
            deltas: [2, 1, -3, 5],
          },
        },
      ]),
    );
    expect(series?.histograms[0]?.histogram).toMatchObject({
      count: 9,
      zeroCount: 1,
      cells: [
        [-3, 2],
        [-2, 3],
        [4, 5],
      ],
    });
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('hello, this is no snappy')],
    ['snappy of what is no protobuf', compressSync(Buffer.from('\xff\xff\xff not a message'))],
    [
      'a bucket below zero',
      push([{ labels: { __name__: 'a' }, histogram: { count: 1, sum: 1, spans: [[0, 1]], deltas: [-1] } }]),
    ],
    [
      'more deltas than spans',
      push([{ labels: { __name__: 'a' }, histogram: { count: 1, sum: 1, spans: [[0, 1]], deltas: [1, 1] } }]),
    ],
  ])('refuses %s', (_, body) => {
    expect(() => decodeWriteRequest(body)).toThrow(InvalidPush);
  });

  it('refuses a bomb by its announced size, and a body too large', () => {
    const bomb = compressSync(Buffer.alloc(limits.push.unpackedBytes + 1));
    expect(bomb.length).toBeLessThan(limits.push.bytes);
    expect(() => decodeWriteRequest(bomb)).toThrow(expect.objectContaining({ status: 413 }));
    expect(() => decodeWriteRequest(new Uint8Array(limits.push.bytes + 1))).toThrow(
      expect.objectContaining({ status: 413 }),
    );
  });

  const field = (number: number, content: Uint8Array): Buffer => {
    const writer = protobuf.Writer.create();
    return Buffer.from(
      writer
        .uint32(number * 8 + 2)
        .bytes(content)
        .finish(),
    );
  };
  const times = (what: Uint8Array, count: number): Buffer => Buffer.alloc(count * what.length, what);
  const most = limits.push.parts + 1;

  it.each([
    ['16 million empty series', times(Buffer.from([10, 0]), 16_000_000)],
    ['too many empty labels', field(1, times(Buffer.from([10, 0]), most))],
    ['too many samples', field(1, times(Buffer.from([18, 0]), most))],
    ['too many histograms', field(1, times(Buffer.from([34, 0]), most))],
    ['too many spans', field(1, field(4, times(Buffer.from([90, 0]), most)))],
    ['too many buckets', field(1, field(4, field(12, Buffer.alloc(most))))],
    ['too many buckets that are not packed', field(1, field(4, times(Buffer.from([96, 0]), most)))],
    ['too many labels over many series', times(field(1, times(Buffer.from([10, 0]), 1000)), 1001)],
  ])('counts %s before it makes anything of them', (_, message) => {
    const body = compressSync(message);
    expect(body.length).toBeLessThan(limits.push.bytes);
    const before = process.memoryUsage().heapUsed;
    expect(() => decodeWriteRequest(body)).toThrow(
      expect.objectContaining({ status: 413, message: expect.stringContaining('at most') as string }),
    );
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 24);
  });

  it('refuses buckets beyond all numbers, and more series than a run may have', () => {
    const far = push([
      { labels: { __name__: 'a' }, histogram: { count: 1, sum: 1, spans: [[2 ** 30, 1]], deltas: [1] } },
    ]);
    expect(() => decodeWriteRequest(far)).toThrow(InvalidPush);
    const ingest = createIngest({ maxSeries: 3, mostSeries: 10 });
    const named = (from: number): MadeSeries[] =>
      Array.from({ length: 11 }, (_, i) => requests(1, { name: `${from + i}` }));
    ingest.push(push(named(0)), 1000);
    expect(() => ingest.push(push(named(100)), 2000)).toThrow(
      expect.objectContaining({ status: 413, message: expect.stringContaining('tags') as string }),
    );
  });
});

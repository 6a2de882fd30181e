import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinSlivers } from './slivers';

const join = (parts: { fromMs: number; toMs: number }[]) => ({
  fromMs: parts[0]!.fromMs,
  toMs: parts.at(-1)!.toMs,
});
const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });

test('what k6 pushes of the last second’s rest is joined to the second before', () => {
  expect(joinSlivers([span(0, 1000), span(1000, 2000), span(2000, 2087)], join)).toEqual([
    span(0, 1000),
    span(1000, 2087),
  ]);
});

test('a push between two seconds is joined to what follows, so that time without requests stays without', () => {
  expect(joinSlivers([span(0, 1000), span(1000, 1098), span(1098, 1475), span(1475, 2475)], join)).toEqual([
    span(0, 1000),
    span(1000, 2475),
  ]);
  expect(joinSlivers([span(0, 300), span(300, 600), span(600, 900)], join)).toEqual([span(0, 900)]);
});

test('nothing is joined over a hole', () => {
  expect(joinSlivers([span(0, 1000), span(1500, 1600), span(2600, 3600)], join)).toEqual([
    span(0, 1000),
    span(1500, 1600),
    span(2600, 3600),
  ]);
  expect(joinSlivers([span(0, 1000), span(1000, 1100), span(2600, 3600)], join)).toEqual([
    span(0, 1100),
    span(2600, 3600),
  ]);
});

test('columns of nearly a second, and a run of one sliver, stay', () => {
  for (const columns of [[span(0, 1000), span(1000, 1600)], [span(0, 87)], []])
    expect(joinSlivers(columns, join)).toEqual(columns);
});

test('where retention has thinned a run, a sliver is one of its steps', () => {
  expect(joinSlivers([span(0, 10_000), span(10_000, 13_000)], join, 10_000)).toEqual([span(0, 13_000)]);
  expect(joinSlivers([span(0, 10_000), span(10_000, 13_000)], join)).toHaveLength(2);
});

test('of any pushes, each request stays once and in its time, and no column is a sliver that had a neighbour', () => {
  const pushes = fc.array(
    fc.record({
      holeMs: fc.constantFrom(0, 0, 0, 700),
      lengthMs: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constant(1000)),
      requests: fc.integer({ min: 0, max: 50 }),
    }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(pushes, (all) => {
      let atMs = 0;
      const columns = all.map(({ holeMs, lengthMs, requests }) => {
        const fromMs = atMs + holeMs;
        atMs = fromMs + lengthMs;
        return { fromMs, toMs: atMs, requests };
      });
      const joined = joinSlivers(columns, (parts) => ({
        ...join(parts),
        requests: parts.reduce((sum, { requests }) => sum + requests, 0),
      }));
      for (const [i, { fromMs, toMs, requests }] of joined.entries()) {
        const within = columns.filter((one) => one.fromMs >= fromMs && one.toMs <= toMs);
        expect(requests).toBe(within.reduce((sum, one) => sum + one.requests, 0));
        expect(within.reduce((sum, one) => sum + one.toMs - one.fromMs, 0)).toBe(toMs - fromMs);
        const hasNeighbour = joined[i - 1]?.toMs === fromMs || joined[i + 1]?.fromMs === toMs;
        if (hasNeighbour) expect(toMs - fromMs).toBeGreaterThanOrEqual(500);
      }
      expect(joined.reduce((sum, { requests }) => sum + requests, 0)).toBe(
        columns.reduce((sum, { requests }) => sum + requests, 0),
      );
    }),
  );
});

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

import { expect, test } from 'vitest';
import { joinSliver } from './sliver';

const join = (parts: { fromMs: number; toMs: number }[]) => ({ fromMs: parts[0]!.fromMs, toMs: parts.at(-1)!.toMs });
const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });

test('what k6 pushes of the last second’s rest is joined to the second before', () => {
  expect(joinSliver([span(0, 1000), span(1000, 2000), span(2000, 2087)], join)).toEqual([span(0, 1000), span(1000, 2087)]);
});

test('a last second that is nearly one, a hole before it, and a run of one column stay', () => {
  for (const columns of [[span(0, 1000), span(1000, 1600)], [span(0, 1000), span(1500, 1600)], [span(0, 87)], []]) {
    expect(joinSliver(columns, join)).toBe(columns);
  }
});

test('where retention has thinned a run, a sliver is one of its steps', () => {
  expect(joinSliver([span(0, 10_000), span(10_000, 13_000)], join, 10_000)).toEqual([span(0, 13_000)]);
  expect(joinSliver([span(0, 10_000), span(10_000, 13_000)], join)).toHaveLength(2);
});

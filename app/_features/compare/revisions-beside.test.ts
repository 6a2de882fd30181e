import { expect, it } from 'vitest';
import { revisionsBeside } from './revisions-beside';

const run = (...names: string[]) => ({
  revisions: names.map((revision) => ({
    revision,
    share: null,
    peakInFlight: null,
    peakReadyPods: 1,
    podSeconds: 1,
    target: null,
    minScale: null,
    maxScale: null,
    scaleEvents: 0,
    worstLagMs: null,
  })),
});

it('puts revisions of one name beside each other, in whatever order they came', () => {
  expect(revisionsBeside([run('a', 'b'), run('b', 'a')])).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ]);
});

it('puts the old beside the old and the new beside the new where the names are others', () => {
  expect(revisionsBeside([run('s-1', 's-2'), run(), run('s-2', 's-3', 's-4')])).toEqual([
    ['s-1', null, 's-2'],
    ['s-2', null, 's-3'],
    [null, null, 's-4'],
  ]);
});

it('says nothing where fewer than two runs had several', () => {
  expect(revisionsBeside([run('a', 'b'), run()])).toBeNull();
});

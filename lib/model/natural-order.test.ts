import { expect, it } from 'vitest';
import { naturalOrder } from './natural-order';

it('sorts names as people do, each list in one order', () => {
  const sorted = ['1', '2', '10', '11', 'a', 'A', 'B', 'run 2', 'run 02', 'run 10', '壓力 2', '壓力 10'];
  expect(sorted.toReversed().sort(naturalOrder)).toEqual([...sorted].sort(naturalOrder));
  expect(['11', '1', '10', '2'].sort(naturalOrder)).toEqual(['1', '2', '10', '11']);
  expect(['run 10', 'Run 1', 'b', 'run 2', 'A'].sort(naturalOrder)).toEqual([
    'A',
    'b',
    'Run 1',
    'run 2',
    'run 10',
  ]);
  expect(['壓力 10', '壓力 2'].sort(naturalOrder)).toEqual(['壓力 2', '壓力 10']);
  expect(naturalOrder('a', 'a')).toBe(0);
});

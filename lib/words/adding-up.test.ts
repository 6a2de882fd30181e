import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addingUp } from '@/lib/statistics/adding-up';
import { formatMs, stepOfMs } from './format';

const parts = fc.array(fc.double({ min: -3000, max: 30_000, noNaN: true }), { minLength: 1, maxLength: 8 });

it('parts as printed add up to the whole as printed, each off by less than a step', () => {
  fc.assert(
    fc.property(parts, (all) => {
      const whole = all.reduce((sum, part) => sum + part, 0);
      const step = stepOfMs(whole);
      const told = addingUp(all, whole, step);
      expect(told.reduce((sum, part) => sum + part, 0)).toBeCloseTo(Math.round(whole / step) * step, 6);
      for (const [i, part] of told.entries()) expect(Math.abs(part - all[i]!)).toBeLessThan(step + 1e-9);
    }),
  );
});

it('as a reader adds them: 3.07 s less 0.25 s that the cluster was early are 2.81 s or 2.82 s, never both', () => {
  const all = [-254.6, 3068.2];
  const whole = all[0]! + all[1]!;
  const [act, start] = addingUp(all, whole, stepOfMs(whole));
  expect([formatMs(act, 'en'), formatMs(start, 'en'), formatMs(whole, 'en')]).toEqual([
    '-260 ms',
    '3.07 s',
    '2.81 s',
  ]);
});

it('leaves parts that are not all of the whole as they are', () => {
  expect(addingUp([10.4, 20.4], 1000, 1)).toEqual([10, 20]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClockOffset } from './clock-offset';

const answers = fc.array(
  fc.record({ askedMs: fc.integer({ min: 0, max: 1e6 }), there: fc.nat(400), back: fc.nat(400) }),
  { minLength: 1 },
);

test('is never farther off than one answer leaves open', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e7, max: 1e7 }), answers, (trueMs, asked) => {
      const offset = new ClockOffset();
      for (const { askedMs, there, back } of asked)
        offset.add({
          askedMs,
          answeredMs: askedMs + there + back,
          dateMs: Math.floor((askedMs + there + trueMs) / 1000) * 1000,
        });
      const widest = Math.min(...asked.map(({ there, back }) => 1000 + there + back));
      expect(Math.abs(offset.offsetMs - trueMs)).toBeLessThanOrEqual(widest);
    }),
  );
});

test('clocks that agree are taken for the same', () => {
  const offset = new ClockOffset();
  expect(offset.offsetMs).toBe(0);
  offset.add({ askedMs: 10_900, answeredMs: 10_950, dateMs: 10_000 });
  expect(offset.offsetMs).toBe(0);
});

test('a clock that was set is followed', () => {
  const offset = new ClockOffset();
  offset.add({ askedMs: 10_000, answeredMs: 10_010, dateMs: 10_000 });
  offset.add({ askedMs: 20_000, answeredMs: 20_010, dateMs: 80_000 });
  expect(Math.abs(offset.offsetMs - 60_000)).toBeLessThanOrEqual(1010);
});

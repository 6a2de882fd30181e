import { describe, expect, it } from 'vitest';
import { logTicks } from './options';

describe('ticks of a logarithmic axis', () => {
  it('are 1, 2, 5 of each decade, fewer where there are many', () => {
    expect(logTicks(8, 120)).toEqual([10, 20, 50, 100]);
    expect(logTicks(9, 400)).toEqual([10, 30, 100, 300]);
    expect(logTicks(0.9, 2000)).toEqual([1, 10, 100, 1000]);
  });

  it('are even where the range lies between two of them', () => {
    expect(logTicks(26.6, 35.1)).toEqual([28, 30, 32, 34]);
    expect(logTicks(27.9, 29.4).length).toBeGreaterThanOrEqual(2);
  });
});

import { describe, expect, it } from 'vitest';
import { longestLoadMs, Overdue } from './overdue';

describe('longestLoadMs', () => {
  it('is k6’s own length, with the time that what the script has beside its load may take', () => {
    const options = { totalDuration: '1m2s', setupTimeout: '10s', teardownTimeout: null };
    expect(longestLoadMs(options, ['export default () => {}'])).toBe(62_000);
    expect(longestLoadMs(options, ['', 'export function setup() {}'])).toBe(72_000);
    expect(longestLoadMs(options, ['export function teardown() {}'])).toBe(122_000);
    expect(longestLoadMs(options, ['export function handleSummary() {}'])).toBe(182_000);
  });

  it('is not known without it', () => {
    expect(longestLoadMs({}, [])).toBeNull();
    expect(longestLoadMs({ totalDuration: 'long' }, [])).toBeNull();
  });
});

describe('Overdue', () => {
  it('is past the longest time, and past the last request', () => {
    const overdue = new Overdue(1000, 100, 5000);
    expect(overdue.at(5500, 3)).toBe(false);
    expect(overdue.at(6050, 3)).toBe(false);
    expect(overdue.at(6101, 3)).toBe(true);
    expect(overdue.at(6102, 4)).toBe(false);
    expect(overdue.at(6202, 4)).toBe(false);
    expect(overdue.at(6203, 4)).toBe(true);
  });

  it('is never known of a load without requests or length', () => {
    expect(new Overdue(1000, 100, 0).at(60_000, 0)).toBe(false);
    expect(new Overdue(null, 100, 0).at(60_000, 7)).toBe(false);
    expect(new Overdue(null, 100, 0).at(90_000, 7)).toBe(false);
  });
});

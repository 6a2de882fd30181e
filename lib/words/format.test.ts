import fc from 'fast-check';
import { wordsOf } from './catalogue';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatIncidentLength,
  formatLength,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  formatUtc,
  unparted,
} from './format';

describe('format', () => {
  it('writes times with the unit that fits', () => {
    expect([0, 0.423, 3.21, 31.4, 999.7, 1942, 12_340, 125_000].map((ms) => formatMs(ms, 'en'))).toEqual([
      '0 ms',
      '0.42 ms',
      '3.2 ms',
      '31 ms',
      '1.00 s',
      '1.94 s',
      '12.3 s',
      '125 s',
    ]);
    expect(formatMs(null, 'en')).toBe('–');
    expect(formatMs(Number.NaN, 'en')).toBe('–');
  });

  it('writes an incident’s length and parts as fine whatever their size, so that they add up', () => {
    const write = (ms: number | null): string => formatIncidentLength(ms, 'en');
    expect([0, 762, 7300, 12_300, 102_300, 1_234_500].map(write)).toEqual([
      '0 ms',
      '762 ms',
      '7.3 s',
      '12.3 s',
      '102.3 s',
      '1,234.5 s',
    ]);
    expect(write(null)).toBe('–');
  });

  it('never shows a failure as none', () => {
    expect([0, 0.000001, 0.0042, 0.5, 0.9999, 1].map((share) => formatShare(share, 'en'))).toEqual([
      '0 %',
      '< 0.01 %',
      '0.42 %',
      '50.0 %',
      '99.99 %',
      '100 %',
    ]);
  });

  it('writes the run clock', () => {
    expect([0, 4000, 64_000, 3_723_000].map((ms) => formatClock(ms))).toEqual([
      '0:00',
      '0:04',
      '1:04',
      '1:02:03',
    ]);
    expect([4240, 59_960].map((ms) => formatClock(ms, true))).toEqual(['0:04.2', '1:00.0']);
    expect(formatClock(-2000)).toBe('−0:02');
  });

  it('writes lengths in both languages', () => {
    expect([3140, 42_000, 114_000, 7_500_000].map((ms) => formatLength(ms, wordsOf('en')))).toEqual([
      '3.1 s',
      '42 s',
      '1 min 54 s',
      '2 h 05 min',
    ]);
    expect(formatLength(114_000, wordsOf('zh-Hant'))).toBe('1 分 54 秒');
  });

  it('writes a time in one unit however it was rounded', () => {
    const writings = [formatMs, formatIncidentLength, (ms: number) => formatLength(ms, wordsOf('zh-Hant'))];
    expect(writings.map((write) => write(4700, 'zh-Hant'))).toEqual(['4.70 秒', '4.7 秒', '4.7 秒']);
    expect(writings.slice(0, 2).map((write) => write(94, 'zh-Hant'))).toEqual(['94 毫秒', '94 毫秒']);
  });

  it('groups digits, keeps a rate short, counts bytes by 1000', () => {
    expect(formatNumber(100_000, 'en')).toBe('100,000');
    expect([7.25, 1162.6].map((rate) => formatRate(rate, 'en'))).toEqual(['7.3', '1,163']);
    expect([512, 1536, 2_500_000].map((bytes) => formatBytes(bytes, 'en'))).toEqual([
      '512 B',
      '1.5 kB',
      '2.5 MB',
    ]);
  });

  it('writes numbers as Intl does in both languages, but where a tie is to be rounded', () => {
    const isTie = (value: number, digits: number): boolean =>
      Math.abs(((Math.abs(value) * 10 ** digits) % 1) - 0.5) < 1e-6;
    for (const [locale, tag] of [
      ['en', 'en-GB'],
      ['zh-Hant', 'zh-TW'],
    ] as const) {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.double({ min: -1e12, max: 1e12, noNaN: true }),
            fc.double({ min: -2000, max: 2000, noNaN: true }),
            fc.integer(),
          ),
          fc.integer({ min: 0, max: 3 }),
          (value, digits) => {
            fc.pre(!isTie(value, digits) && !Object.is(value, -0));
            expect(formatNumber(value, locale, digits)).toBe(
              new Intl.NumberFormat(tag, {
                minimumFractionDigits: digits,
                maximumFractionDigits: digits,
              }).format(value),
            );
          },
        ),
      );
    }
  });

  it('keeps a number and its unit on one line, and nothing else', () => {
    expect(unparted('10 pods, 8.5 s later: 94 ms to decide')).toBe(
      '10 pods, 8.5\u00a0s later: 94\u00a0ms to decide',
    );
    expect(unparted('76 個請求，p95 為 8.7 秒')).toBe('76\u00a0個請求，p95\u00a0為 8.7\u00a0秒');
  });

  it('writes UTC', () => {
    expect(formatUtc(Date.UTC(2026, 10, 24, 12, 5, 9))).toBe('2026-11-24 12:05:09 UTC');
  });
});

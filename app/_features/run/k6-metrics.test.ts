import { isBuiltIn } from '@/lib/timeline/k6-metrics';
import { describe, expect, it } from 'vitest';
import { checkRows, liveCheckRows, valuesText, valueText } from './k6-metrics';

describe('isBuiltIn', () => {
  it('tells k6’s metrics from the script’s', () => {
    expect(
      ['http_req_duration', 'http_reqs{status:200}', 'checks', 'vus_max', 'iterations'].every(isBuiltIn),
    ).toBe(true);
    expect(['pod_duration', 'my_checks', 'checks_of_mine'].some(isBuiltIn)).toBe(false);
  });
});

describe('valueText', () => {
  const formats = {
    ms: (v: number) => `${v} ms`,
    bytes: (v: number) => `${v} B`,
    number: String,
    share: (v: number) => `${v * 100} %`,
  };
  it('gives each value its unit', () => {
    expect(
      valueText({ type: 'trend', contains: 'time', values: { 'p(95)': 31, count: 7 } }, 'p(95)', formats),
    ).toBe('31 ms');
    expect(
      valueText({ type: 'trend', contains: 'time', values: { 'p(95)': 31, count: 7 } }, 'count', formats),
    ).toBe('7');
    expect(
      valueText({ type: 'rate', contains: 'default', values: { rate: 0.5, passes: 3 } }, 'rate', formats),
    ).toBe('50 %');
    expect(valueText({ type: 'counter', contains: 'data', values: { rate: 9 } }, 'rate', formats)).toBe(
      '9 B/s',
    );
    expect(valueText({ type: 'counter', contains: 'default', values: {} }, 'rate', formats)).toBe('–');
  });
});

describe('valuesText', () => {
  it('says of a rate how many of how many, and not that failed requests pass', () => {
    const formats = {
      ms: (v: number) => `${v} ms`,
      bytes: String,
      number: String,
      share: (v: number) => `${v * 100} %`,
    };
    expect(
      valuesText(
        {
          metric: 'http_req_failed',
          type: 'rate',
          contains: 'default',
          values: { rate: 0, passes: 0, fails: 40_000 },
          thresholds: [],
        },
        formats,
      ),
    ).toBe('0 % · 0 / 40000');
  });
});

describe('checks', () => {
  it('shows counts after the end and the last share before', () => {
    expect(checkRows([{ name: 'ok', path: '::ok', passes: 3, fails: 1 }])[0]!.share).toBe(0.75);
    expect(liveCheckRows([{ name: 'ok', path: '::ok', share: 0.5 }])).toEqual([
      { name: 'ok', path: '::ok', passes: null, fails: null, share: 0.5 },
    ]);
  });
});

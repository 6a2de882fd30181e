import { describe, expect, test } from 'vitest';
import { parseSweepAxis, SweepAxisError } from './index';
import { refusalOf } from '@/lib/words/english';

describe('an axis of a sweep from text', () => {
  test.each([
    ['target', '1:2:0.25', [1, 1.25, 1.5, 1.75, 2]],
    ['minScale', '0:5:2', [0, 2, 4]],
    ['targetUtilizationPercent', '0.1:0.3:0.1', [0.1, 0.2, 0.3]],
    ['minScale', '3', [3]],
    ['class', 'kpa, mpa', ['kpa', 'mpa']],
  ])('%s=%s', (field, text, values) => {
    expect(parseSweepAxis(field, text)).toEqual({ field, values });
  });

  test.each([
    ['maxscale', '1', /no setting "maxscale"; the settings are class/],
    ['target', '1:2', /write from:to:step/],
    ['target', '5:1:1', /"to" must not be less/],
    ['target', '1:5:0', /more than 0/],
    ['target', '1:many:1', /"many" is no number/],
    ['target', '0:1:0.00001', /20,000/],
    ['target', ',', /has no values/],
    ['class', 'vpa', /must be kpa, mpa or hpa/],
    ['minScale', '1000000', /at most 100,000/],
  ])('%s=%s is refused', (field, text, message) => {
    expect(() => parseSweepAxis(field, text)).toThrow(SweepAxisError);
    expect(refusalOf(() => parseSweepAxis(field, text))).toMatch(message);
  });
});

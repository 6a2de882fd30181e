import { describe, expect, it } from 'vitest';
import { heatColour, longHex, withAlpha } from './theme';

describe('colours', () => {
  it('are long before an opacity is put behind them', () => {
    expect(withAlpha(longHex('#fff'), 0.5)).toBe('#ffffff80');
    expect(longHex('#0072b2')).toBe('#0072b2');
  });

  it('run from few to many', () => {
    const heat = ['#000000', '#808080', '#ffffff'];
    expect([0, 0.5, 1, 2].map((share) => heatColour(heat, share))).toEqual([
      'rgb(0 0 0)',
      'rgb(128 128 128)',
      'rgb(255 255 255)',
      'rgb(255 255 255)',
    ]);
  });
});

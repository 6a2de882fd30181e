import { describe, expect, it } from 'vitest';
import { addressOfView, clampRange, toggleHidden, viewOfAddress } from './view';

describe('the view in the address', () => {
  it('is written and read back', () => {
    const asked = 'from=2000&to=8500&event=e4&incident=i2&latency=heat&hide=p95%2Cwaiting';
    const written = addressOfView(viewOfAddress(new URLSearchParams(asked)));
    expect(written).toEqual({
      from: '2000',
      to: '8500',
      event: 'e4',
      incident: 'i2',
      latency: 'heat',
      hide: 'p95,waiting',
    });
  });

  it.each([
    '',
    'from=1',
    'from=a&to=b',
    'from=5000&to=2000',
    'from=-4&to=9000',
    'from=1&to=2',
    'latency=3d',
    'hide=',
    'hide=<b>',
  ])('is as at first in %j', (search) => {
    expect(
      Object.values(addressOfView(viewOfAddress(new URLSearchParams(search)))).filter(
        (value) => value !== undefined,
      ),
    ).toEqual([]);
  });
});

describe('clampRange', () => {
  const whole = { fromMs: 0, toMs: 60_000 };
  it('stays inside the run and turns a drag to the left around', () => {
    expect(clampRange({ fromMs: 30_000.4, toMs: -5 }, whole)).toEqual({ fromMs: 0, toMs: 30_000 });
  });
  it('is none for the whole run and for less than a second', () => {
    expect(clampRange({ fromMs: -9, toMs: 70_000 }, whole)).toBeNull();
    expect(clampRange({ fromMs: 100, toMs: 300 }, whole)).toBeNull();
  });
});

describe('toggleHidden', () => {
  it('tells those who follow', () => {
    const view = viewOfAddress(new URLSearchParams());
    let told = 0;
    view.hidden.subscribe(() => told++);
    toggleHidden(view, 'p95');
    expect([...view.hidden.get()]).toEqual(['p95']);
    toggleHidden(view, 'p95');
    expect([view.hidden.get().size, told]).toEqual([0, 2]);
  });
});

import { describe, expect, it } from 'vitest';
import { podProbesOf } from '@/lib/model/probe';
import { startsWithProbes } from './probed-starts';

const probesOf = (readinessProbe: Record<string, number>, startupProbe?: Record<string, number>) =>
  podProbesOf([{ readinessProbe, ...(startupProbe ? { startupProbe } : {}) }]);
const slow = probesOf({ initialDelaySeconds: 10, periodSeconds: 5 });

describe('a pod that was ready at its first probe', () => {
  // 2 s until its container ran, then the delay, and half a second until the cluster told.
  const start = { atMs: 0, tookMs: 12_500, probedMs: 10_500 };

  it('would have been ready sooner by so much as it is asked sooner', () => {
    const [sooner] = startsWithProbes([start], slow, { readinessInitialDelaySeconds: 0 });
    expect(sooner!.tookMs).toBe(2500);
    const [later] = startsWithProbes([start], slow, { readinessInitialDelaySeconds: 12 });
    // At the beat of 5 s that is not before 12 s.
    expect(later!.tookMs).toBe(17_500);
  });

  it('waits for each further success that is asked for', () => {
    const [twice] = startsWithProbes([start], slow, { readinessSuccessThreshold: 3 });
    expect(twice!.tookMs).toBe(start.tookMs + 2 * 5000);
  });

  it('takes no less than what its startup probe asks', () => {
    const both = probesOf(
      { initialDelaySeconds: 10, periodSeconds: 5 },
      { periodSeconds: 4, initialDelaySeconds: 8 },
    );
    const [sooner] = startsWithProbes([start], both, {
      readinessInitialDelaySeconds: 0,
      readinessPeriodSeconds: 1,
    });
    expect(sooner!.tookMs).toBe(2000 + 8000 + 500);
  });

  it('is shifted alike where the cluster did not say when its container ran', () => {
    const [sooner] = startsWithProbes([{ atMs: 0, tookMs: 12_500 }], slow, {
      readinessInitialDelaySeconds: 0,
    });
    expect(sooner!.tookMs).toBe(2500);
  });
});

describe('a pod that could serve late', () => {
  // Its third beat found it.
  const start = { atMs: 0, tookMs: 17_000, probedMs: 15_000 };
  const often = probesOf({ periodSeconds: 5 });

  it('is found no earlier than it could serve, by whatever delay', () => {
    const [same] = startsWithProbes([start], often, { readinessPeriodSeconds: 1 });
    // In the middle of the 5 s before, at the next beat of 1 s.
    expect(same!.tookMs).toBe(2000 + 13_000);
  });

  it('is taken as it was seen where it was asked as often as can be', () => {
    const tcp = podProbesOf([{}]);
    const [late] = startsWithProbes([{ atMs: 0, tookMs: 900, probedMs: 400 }], tcp, {
      readinessInitialDelaySeconds: 3,
    });
    expect(late!.tookMs).toBe(500 + 3000);
  });
});

it('changes nothing where nothing is changed, or no probe is known', () => {
  const starts = [{ atMs: 0, tookMs: 12_500, probedMs: 10_500 }];
  expect(startsWithProbes(starts, slow, {})).toBe(starts);
  expect(startsWithProbes(starts, [], { readinessPeriodSeconds: 1 })).toBe(starts);
});

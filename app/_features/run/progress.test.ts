import { describe, expect, it } from 'vitest';
import { durationMs } from '@/lib/timeline/scenarios';
import { progressOf } from './progress';

const at = (options: Record<string, unknown>, done: number, nowMs: number) =>
  progressOf({ options, loadStartMs: 1000, loadEndMs: null, state: 'running' }, done, nowMs);

describe('durationMs', () => {
  it('reads k6’s durations', () => {
    expect(['30m0s', '1m30s', '500ms', '1h0m0s', '1.5s'].map(durationMs)).toEqual([
      1_800_000, 90_000, 500, 3_600_000, 1500,
    ]);
    expect(['', 'soon', '5 s', '5s!'].map(durationMs)).toEqual([null, null, null, null]);
  });
});

describe('progressOf', () => {
  it('counts iterations where their number is fixed', () => {
    const scenarios = {
      a: { executor: 'shared-iterations', iterations: 100 },
      b: { executor: 'per-vu-iterations', iterations: 10, vus: 5 },
    };
    expect(at({ scenarios }, 30, 0)).toEqual({ share: 0.2, iterations: { done: 30, total: 150 } });
  });

  it('goes by time otherwise, to the end of the last scenario', () => {
    const scenarios = {
      a: { executor: 'constant-arrival-rate', duration: '10s' },
      b: { executor: 'ramping-vus', startTime: '10s', stages: [{ duration: '5s' }, { duration: '25s' }] },
    };
    expect(at({ scenarios }, 0, 11_000)).toEqual({ share: 0.25, iterations: null });
    expect(at({ duration: '20s' }, 0, 100_000)?.share).toBe(1);
  });

  it('knows none before the load began or without a length', () => {
    expect(
      progressOf({ options: { duration: '20s' }, loadStartMs: null, loadEndMs: null, state: 'queued' }, 0, 0),
    ).toBeNull();
    expect(at({}, 0, 5000)).toBeNull();
  });
});

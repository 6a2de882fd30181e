import { describe, expect, test } from 'vitest';
import { resolveConfig } from '@/lib/autoscaling';
import { type PodPhase } from '@/lib/model/recording';
import { Annotator } from './annotator';

const { config } = resolveConfig({
  annotations: { 'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev' },
  containerConcurrency: 5,
});
const originMs = 1_795_694_076_000;
const pods = (count: number, phase: PodPhase = 'ready') =>
  Array.from({ length: count }, (_, i) => ({ uid: `${i}`, phase }));

/** Decisions every two seconds over a steady load; `act` is called before each. */
function decide(
  annotator: Annotator,
  total: number,
  untilMs: number,
  act: (atMs: number) => void = () => undefined,
): { atMs: number; replicas: number; panicMode: boolean }[] {
  const decisions = [];
  for (let atMs = 1000; atMs <= untilMs; atMs += 1000) {
    annotator.onSample({ atMs, total, instant: false });
    if (atMs % 2000 !== 0) continue;
    act(atMs);
    const { replicas, panicMode } = annotator.tick(atMs);
    decisions.push({ atMs, replicas, panicMode });
  }
  return decisions;
}

describe('a run that begins over several pods', () => {
  test('holds them for a stable window while the cluster does', () => {
    const decisions = decide(new Annotator(config, originMs, 0, pods(4)), 2, 80_000);
    expect(
      decisions
        .filter(({ atMs }) => atMs <= 60_000)
        .every(({ replicas, panicMode }) => replicas === 4 && panicMode),
    ).toBe(true);
    expect(decisions.at(-1)).toMatchObject({ replicas: 2, panicMode: false });
  });

  test('holds them no longer once the cluster takes one away, and knows the load since its beginning', () => {
    const annotator = new Annotator(config, originMs, 0, pods(4));
    const decisions = decide(annotator, 9, 20_000, (atMs) => {
      if (atMs === 10_000) annotator.onPod({ uid: '3', phase: 'terminating' });
    });
    expect(decisions.filter(({ atMs }) => atMs < 10_000).map(({ replicas }) => replicas)).toEqual([
      4, 4, 4, 4,
    ]);
    expect(
      decisions
        .filter(({ atMs }) => atMs >= 10_000)
        .every(({ replicas, panicMode }) => replicas === 2 && !panicMode),
    ).toBe(true);
  });

  test('a panic of its own is no protection: it lasts whatever the cluster does', () => {
    const annotator = new Annotator(config, originMs, 0, pods(2));
    const decisions = decide(annotator, 40, 20_000, (atMs) => {
      if (atMs === 10_000) annotator.onPod({ uid: '1', phase: 'terminating' });
    });
    expect(decisions.every(({ replicas, panicMode }) => replicas === 8 && panicMode)).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AutoscalerConfig,
  autoscalerConfigSchema,
  createAutoscaler,
  explain,
  resolveConfig,
  type ScaleDecision,
  scaleDecisionSchema,
} from './index';
import { english } from '@/lib/words/english';

const t0 = 1_700_000_000_000;
const group = 'autoscaling.knative.dev';

function configOf(annotations: Record<string, string>, containerConcurrency = 5): AutoscalerConfig {
  const { config, problems } = resolveConfig({
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`${group}/${key}`, value]),
    ),
    containerConcurrency,
  });
  expect(problems).toEqual([]);
  return config;
}

const settings = fc.record({
  class: fc.constantFrom('kpa', 'mpa').map((name) => `${name}.${group}`),
  window: fc.integer({ min: 6, max: 90 }).map((s) => `${s}s`),
  'panic-window-percentage': fc.constantFrom('5', '10', '50'),
  'panic-threshold-percentage': fc.constantFrom('110', '200', '1000'),
  'min-scale': fc.constantFrom('0', '1', '2'),
  'max-scale': fc.constantFrom('0', '5', '20'),
  'scale-down-delay': fc.constantFrom('0s', '15s'),
  'metric-aggregation-algorithm': fc.constantFrom('linear', 'weighted-exponential'),
});
const loads = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 300, noNaN: true })), {
  minLength: 5,
  maxLength: 150,
});

/** Plays a second-by-second load; pods are ready two seconds after they are asked for. */
function play(config: AutoscalerConfig, load: readonly number[], start = { readyPods: 0, replicas: 0 }) {
  const autoscaler = createAutoscaler(config, { atMs: t0, ...start });
  const asked: number[] = [start.readyPods, start.readyPods];
  let { replicas } = start;
  return load.flatMap((value, i) => {
    const atMs = t0 + (i + 1) * 1000;
    const poke = autoscaler.record({ atMs, value });
    const readyPods = Math.min(asked[asked.length - 2]!, replicas);
    const decisions = poke || i % 2 === 1 ? [autoscaler.tick({ atMs, readyPods, replicas })] : [];
    replicas = decisions[0]?.replicas ?? replicas;
    asked.push(replicas);
    return decisions;
  });
}

describe('for any configuration and load', () => {
  test('replicas keep their bounds, decisions are what their schema says, and have words', () => {
    fc.assert(
      fc.property(settings, loads, (annotations, load) => {
        const config = configOf(annotations);
        expect(autoscalerConfigSchema.parse(config)).toEqual(config);
        for (const decision of play(config, load)) {
          expect(scaleDecisionSchema.parse(JSON.parse(JSON.stringify(decision)))).toEqual(decision);
          if (decision.valid) expect(decision.replicas).toBeGreaterThanOrEqual(config.minScale);
          if (config.maxScale > 0) expect(decision.replicas).toBeLessThanOrEqual(config.maxScale);
          expect(english(explain(decision))).not.toMatch(/NaN|undefined|null|Infinity/);
        }
      }),
    );
  });

  test('more load in the same state never means fewer pods', () => {
    fc.assert(
      fc.property(
        settings,
        loads,
        fc.double({ min: 0, max: 200, noNaN: true }),
        fc.integer({ min: 0, max: 12 }),
        (annotations, load, more, readyPods) => {
          const config = configOf(annotations);
          const answer = (extra: number) => {
            const autoscaler = createAutoscaler(config, { atMs: t0, readyPods, replicas: readyPods });
            load.forEach((value, i) =>
              autoscaler.record({
                atMs: t0 + (i + 1) * 1000,
                value: value + (i === load.length - 1 ? extra : 0),
              }),
            );
            return autoscaler.tick({ atMs: t0 + load.length * 1000, readyPods, replicas: readyPods });
          };
          expect(answer(more).desiredPods).toBeGreaterThanOrEqual(answer(0).desiredPods);
        },
      ),
    );
  });

  test('a recording played twice is decided the same', () => {
    fc.assert(
      fc.property(settings, loads, (annotations, load) => {
        expect(play(configOf(annotations), load)).toEqual(play(configOf(annotations), load));
      }),
    );
  });

  test('a restart keeps the pods that are ready, and from a whole window later on the decision is the same as without', () => {
    fc.assert(
      fc.property(settings, fc.double({ min: 1, max: 100, noNaN: true }), (annotations, value) => {
        // A weighted average that was not fed a whole window yet is lower by what it has not seen.
        const config = {
          ...configOf({ ...annotations, 'metric-aggregation-algorithm': 'linear', 'scale-down-delay': '0s' }),
          maxScale: 0,
        };
        const pods = Math.max(Math.ceil(value / config.targetValue), config.minScale);
        const steady = (autoscaler: ReturnType<typeof createAutoscaler>, fromS: number, toS: number) => {
          let last: ScaleDecision | null = null;
          for (let s = fromS; s <= toS; s++) {
            autoscaler.record({ atMs: t0 + s * 1000, value });
            if (s % 2 === 0) last = autoscaler.tick({ atMs: t0 + s * 1000, readyPods: pods, replicas: pods });
            if (last) expect(last.replicas).toBe(pods);
          }
          return last!;
        };
        const windowS = config.stableWindowMs / 1000;
        const before = createAutoscaler(config, { atMs: t0, readyPods: pods, replicas: pods });
        steady(before, 1, 2 * windowS);
        const restarted = createAutoscaler(config, {
          atMs: t0 + 2 * windowS * 1000,
          readyPods: pods,
          replicas: pods,
        });
        const fresh = steady(restarted, 2 * windowS + 1, 4 * windowS + 4);
        const kept = steady(before, 2 * windowS + 1, 4 * windowS + 4);
        // Since when the condition stands differs: the restarted one saw it later.
        expect({ ...fresh, reason: { ...fresh.reason, activeSinceMs: null } }).toEqual({
          ...kept,
          reason: { ...kept.reason, activeSinceMs: null },
        });
      }),
    );
  });
});

describe('the tutorial: 50 in flight, containerConcurrency 5, MPA, at most 20', () => {
  const config = configOf({ class: `mpa.${group}`, 'max-scale': '20' });
  const decisions = play(config, [...Array<number>(90).fill(50), ...Array<number>(150).fill(0)]);

  test('the first load asks for a tick at once and 10 pods are due', () => {
    expect(decisions[0]).toMatchObject({
      atMs: t0 + 1000,
      desiredPods: 10,
      replicas: 10,
      panicMode: true,
      boundBy: 'panic',
    });
    expect(english(explain(decisions[0]!))).toBe(
      '50 in flight over 6 s, target 5 a pod: 10 pods; panic, because 10 ≥ 2 × 1 (none is ready, which counts as one).',
    );
  });

  test('without load it falls back to zero, and says so', () => {
    expect(decisions.map(({ replicas }) => replicas)).toContain(1);
    const last = decisions.at(-1)!;
    expect(last).toMatchObject({ replicas: 0, boundBy: 'scale-to-zero' });
    expect(english(explain(last))).toContain('scaled to zero');
  });

  test('silence is no load of zero: without samples nothing is decided', () => {
    const autoscaler = createAutoscaler(config, { atMs: t0, readyPods: 3, replicas: 3 });
    const decision = autoscaler.tick({ atMs: t0 + 2000, readyPods: 3, replicas: 3 });
    expect(decision).toMatchObject({ valid: false, replicas: 3, boundBy: 'no-data', stableAverage: null });
    expect(english(explain(decision))).toBe(
      'No concurrency was reported in the last 60 s, so nothing is decided: 3 pods as before.',
    );
  });
});

describe('scale to zero of KPA', () => {
  test('waits for the stable window, then for the grace period unless the activator was in the path already', () => {
    const idle = (annotations: Record<string, string>) => {
      const config = configOf({ class: `kpa.${group}`, ...annotations }, 10);
      const autoscaler = createAutoscaler(config, { atMs: t0, readyPods: 1, replicas: 1 });
      for (let s = 1; s < 200; s++) {
        autoscaler.record({ atMs: t0 + s * 1000, value: 0 });
        if (s % 2 === 0 && autoscaler.tick({ atMs: t0 + s * 1000, readyPods: 1, replicas: 1 }).replicas === 0)
          return s;
      }
      return null;
    };
    expect(idle({})).toBe(60);
    expect(idle({ 'target-burst-capacity': '0' })).toBe(90);
    expect(idle({ 'scale-to-zero-pod-retention-period': '50s' })).toBe(110);
    expect(idle({ 'min-scale': '1' })).toBe(null);
  });
});

test('reconfigure goes on with the windows it has and the new bounds', () => {
  const config = configOf({ class: `kpa.${group}` }, 10);
  const autoscaler = createAutoscaler(config, { atMs: t0, readyPods: 1, replicas: 1 });
  for (let s = 1; s <= 20; s++) autoscaler.record({ atMs: t0 + s * 1000, value: 70 });
  expect(autoscaler.tick({ atMs: t0 + 20_000, readyPods: 1, replicas: 1 }).replicas).toBe(10);
  autoscaler.reconfigure(
    configOf({ class: `kpa.${group}`, 'max-scale': '4', window: '30s' }, 10),
    t0 + 21_000,
  );
  expect(autoscaler.tick({ atMs: t0 + 22_000, readyPods: 1, replicas: 10 })).toMatchObject({
    replicas: 4,
    boundBy: 'max-scale',
    reason: { deciderBoundBy: 'panic', stableWindowMs: 30_000 },
  });
});

describe('class hpa over a recorded concurrency', () => {
  const config = configOf({ class: `hpa.${group}`, metric: 'concurrency', target: '4', 'max-scale': '20' });

  test('scales up as fast as its limits allow, and down only after the stabilisation', () => {
    const autoscaler = createAutoscaler(config, { atMs: t0, readyPods: 1, replicas: 1 });
    const answers: [number, string][] = [];
    let pods = 1;
    for (let s = 1; s <= 600; s++) {
      autoscaler.record({ atMs: t0 + s * 1000, value: s <= 120 ? 50 : 4 });
      if (s % 15 !== 0) continue;
      const decision = autoscaler.tick({ atMs: t0 + s * 1000, readyPods: pods, replicas: pods });
      pods = decision.replicas;
      answers.push([pods, decision.boundBy]);
    }
    expect(answers[0]).toEqual([4, 'policy']);
    expect(answers[1]).toEqual([8, 'policy']);
    expect(answers[2]).toEqual([13, 'metric']);
    expect(answers.find(([, boundBy]) => boundBy === 'stabilization')?.[0]).toBe(13);
    expect(answers.at(-1)?.[0]).toBe(1);
  });

  test('without a sample nothing is decided', () => {
    expect(
      createAutoscaler(config, { atMs: t0, readyPods: 2, replicas: 2 }).tick({
        atMs: t0 + 15_000,
        readyPods: 2,
        replicas: 2,
      }),
    ).toMatchObject({ valid: false, replicas: 2, boundBy: 'no-data' });
  });
});

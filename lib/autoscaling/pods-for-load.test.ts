import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAutoscaler, mostPods, podsForLoad, resolveConfig } from './index';

const group = 'autoscaling.knative.dev';
const configOf = (annotations: Record<string, string>, containerConcurrency: number) =>
  resolveConfig({
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`${group}/${key}`, value]),
    ),
    containerConcurrency,
  }).config;

/** What the autoscaler asks for after three stable windows of the same load, each pod ready at once. */
function settled(config: ReturnType<typeof configOf>, load: number): number {
  const atMs = 1_700_000_000_000;
  const autoscaler = createAutoscaler(config, { atMs, readyPods: 1, replicas: 1, initialized: true });
  let replicas = 1;
  const tickS = config.tickMs / 1000;
  for (let second = 1; second <= (config.stableWindowMs / 1000) * 3; second++) {
    autoscaler.record({ atMs: atMs + second * 1000, value: load });
    if (second % tickS === 0)
      ({ replicas } = autoscaler.tick({ atMs: atMs + second * 1000, readyPods: replicas, replicas }));
  }
  return replicas;
}

test('a load that lasts has the pods that the autoscaler settles on', () => {
  fc.assert(
    fc.property(
      fc.record({
        class: fc.constantFrom('kpa', 'mpa').map((name) => `${name}.${group}`),
        metric: fc.constantFrom('concurrency', 'rps'),
        target: fc.integer({ min: 1, max: 200 }).map(String),
        window: fc.integer({ min: 6, max: 30 }).map((seconds) => `${seconds}s`),
        'min-scale': fc.integer({ min: 0, max: 4 }).map(String),
        'activation-scale': fc.integer({ min: 1, max: 5 }).map(String),
      }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 1, max: 2000 }),
      (annotations, containerConcurrency, load) => {
        const config = configOf(annotations, containerConcurrency);
        expect(settled(config, load)).toBe(podsForLoad(config, load));
      },
    ),
    { numRuns: 200 },
  );
});

test('an HPA has its own target and bounds, and no load leaves min-scale', () => {
  const hpa = configOf(
    { class: `hpa.${group}`, metric: 'rps', target: '50', 'min-scale': '2', 'max-scale': '7' },
    0,
  );
  expect([podsForLoad(hpa, 120), podsForLoad(hpa, 0), mostPods(hpa)]).toEqual([3, 2, 7]);
  const kpa = configOf({ 'min-scale': '0' }, 5);
  expect([podsForLoad(kpa, 0), mostPods(kpa)]).toEqual([0, null]);
});

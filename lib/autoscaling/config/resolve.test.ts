import { describe, expect, test } from 'vitest';
import { resolveConfig } from '@/lib/autoscaling/index';
import { english, withWords } from '@/lib/words/english';

const group = 'autoscaling.knative.dev';

describe('what Knative would refuse is refused by name', () => {
  test.each([
    ['window', '5s', /expected 6s <= 5s <= 1h0m0s/],
    ['window', 'abc', /duration/],
    ['window', '6.5s', /second precision/],
    ['target', '0.005', /at least 0.01/],
    ['target-utilization-percentage', '101', /expected 1 <= 101 <= 100/],
    ['panicThresholdPercentage', '109', /expected 110 <= 109 <= 1000/],
    ['min-scale', '-1', /expected 0 <= -1/],
    ['max-scale', '99999999999', /expected 0 <= 99999999999/],
    ['min-scale', '1.5', /whole number/],
    ['metric', 'cpu', /concurrency or rps/],
    ['initial-scale', '0', /not allowed by cluster/],
    ['activation-scale', '1', /greater than 1/],
    ['target-burst-capacity', '-5', /-1 for unlimited/],
    ['class', `foo.${group}`, /the classes are/],
    ['scale-to-zero-pod-retention-period', '2h', /expected 0s <= 2h <= 1h0m0s/],
  ])('%s: %s', (name, value, message) => {
    const { config, problems } = resolveConfig({
      annotations: { [`${group}/class`]: `kpa.${group}`, [`${group}/${name}`]: value },
      containerConcurrency: 0,
    });
    expect(withWords(problems)).toMatchObject([
      { annotation: `${group}/${name}`, value, message: expect.stringMatching(message) as string },
    ]);
    expect(config.class).toBe('kpa');
  });

  test('a ConfigMap, by its key; the default stands in', () => {
    const { config, problems } = resolveConfig({
      annotations: {},
      containerConcurrency: 0,
      configMap: { 'stable-window': '2h', 'max-scale-up-rate': 'fast', _example: 'ignored' },
    });
    expect(problems.map(({ annotation }) => annotation)).toEqual([
      'config-autoscaler/max-scale-up-rate',
      'config-autoscaler/stable-window',
    ]);
    expect(config).toMatchObject({ stableWindowMs: 60_000, maxScaleUpRate: 1000 });
  });
});

describe('mpa', () => {
  test('aims at containerConcurrency times a utilization that can be seen and set', () => {
    const annotations = { [`${group}/class`]: `mpa.${group}`, [`${group}/max-scale`]: '20' };
    const resolved = resolveConfig({ annotations, containerConcurrency: 5 });
    expect(resolved).toMatchObject({
      problems: [],
      config: { class: 'mpa', targetValue: 5, totalValue: 5, maxScale: 20 },
    });
    expect(resolved.assumptions.map(english).join(' ')).toMatch(/would refuse this class/);
    expect(resolveConfig({ annotations, containerConcurrency: 5, mpaUtilization: 0.8 })).toMatchObject({
      config: { targetValue: 4 },
      sources: { targetValue: { kind: 'setting' } },
    });
    expect(
      resolveConfig({
        annotations: { ...annotations, [`${group}/target-utilization-percentage`]: '60' },
        containerConcurrency: 5,
      }).config.targetValue,
    ).toBe(3);
  });
});

describe('kpa behind a gateway that it reads', () => {
  const resolve = (annotations: Record<string, string>) =>
    resolveConfig({
      annotations: Object.fromEntries(Object.entries(annotations).map(([k, v]) => [`${group}/${k}`, v])),
      containerConcurrency: 10,
      concurrencyFrom: 'gateway',
    });

  test('aims as the KPA does, and has no activator', () => {
    const { config, sources, assumptions } = resolve({ 'target-burst-capacity': '100' });
    expect(config).toMatchObject({
      class: 'kpa',
      concurrencyFrom: 'gateway',
      targetValue: 7,
      targetBurstCapacity: 0,
    });
    expect(sources.concurrencyFrom).toEqual({ kind: 'setting', key: null });
    expect(assumptions.map(english).join(' ')).toMatch(/at the gateway.*no activator/);
  });

  test.each([
    ['requests/s', { metric: 'rps' }, 'knative'],
    ['class hpa', { class: `hpa.${group}` }, 'knative'],
    ['class mpa, which reads it anyway', { class: `mpa.${group}` }, 'gateway'],
  ])('is of no matter for %s', (_what, annotations, from) => {
    const { config, assumptions } = resolve(annotations);
    expect(config.concurrencyFrom).toBe(from);
    expect(assumptions.map(({ code }) => code)).not.toContain('assumptions.kpa-gateway');
  });
});

test('each value says where it comes from', () => {
  const { sources } = resolveConfig({
    annotations: { [`${group}/minScale`]: '2' },
    containerConcurrency: 10,
    configMap: { 'stable-window': '30s' },
  });
  expect(sources).toMatchObject({
    minScale: { kind: 'annotation', key: `${group}/minScale` },
    stableWindowMs: { kind: 'config-map', key: 'stable-window' },
    targetValue: { kind: 'spec', key: 'containerConcurrency' },
    maxScale: { kind: 'default', key: null },
  });
});

test('class hpa: what Knative makes of it', () => {
  const of = (annotations: Record<string, string>) =>
    resolveConfig({
      annotations: {
        [`${group}/class`]: `hpa.${group}`,
        ...Object.fromEntries(Object.entries(annotations).map(([k, v]) => [`${group}/${k}`, v])),
      },
      containerConcurrency: 0,
    }).config.hpa;
  expect(of({})).toMatchObject({
    minReplicas: 1,
    maxReplicas: 2 ** 31 - 1,
    behavior: null,
    metrics: [{ name: 'cpu', target: 'Utilization', quantity: 80 }],
  });
  expect(of({ target: '70.2' })?.metrics[0]).toMatchObject({ name: 'cpu', quantity: 71 });
  expect(of({ metric: 'memory', target: '100' })?.metrics[0]).toMatchObject({
    target: 'AverageValue',
    quantity: 104857600000,
  });
  expect(of({ metric: 'queue', target: '5.9', window: '90s', 'min-scale': '2' })).toMatchObject({
    minReplicas: 2,
    metrics: [{ type: 'Pods', quantity: 5000 }],
    behavior: { scaleUp: { stabilizationWindowSeconds: 90 } },
  });
});

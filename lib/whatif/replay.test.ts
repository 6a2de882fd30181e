import fc from 'fast-check';
import { propertyRuns } from '@/scripts/test/property-runs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolveConfig } from '@/lib/autoscaling/index';
import {
  compareWithRun,
  configureWhatIf,
  type Demand,
  fieldOfProblem,
  paretoFront,
  type ReplayFigures,
  settingsOf,
  Replayer,
  type ReplayOptions,
  replayFiguresSchema,
  sweep,
  sweepGridSchema,
  type SweepJob,
  sweepSize,
  toAnnotations,
  type WhatIfBase,
  type WhatIfSettings,
  whatIfSettingsSchema,
} from './index';
import { messageOfIssue } from '@/lib/model/message';
import { english, withWords } from '@/lib/words/english';
import { pointWithWords } from './run-sweep';

const base: WhatIfBase = {
  annotations: {
    'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/max-scale': '20',
  },
  containerConcurrency: 5,
};
const options: ReplayOptions = {
  serviceTimeMs: 100,
  podStarts: [400, 900, 1500].map((tookMs) => ({ atMs: 0, tookMs })),
  startPods: 0,
  seed: 7,
};
const closed = (perSecond: number[], requests: number | null = null): Demand => ({
  kind: 'closed',
  startMs: 1_700_000_000_000,
  perSecond: Float64Array.from(perSecond),
  requests,
});
const open = (perSecond: number[]): Demand => ({ ...closed(perSecond), kind: 'open' });
const constant = (value: number, seconds: number): number[] => Array<number>(seconds).fill(value);

function play(demand: Demand, settings: WhatIfSettings, more: Partial<ReplayOptions> = {}) {
  const { config, problems } = configureWhatIf(base, settings);
  expect(problems).toEqual([]);
  return new Replayer(demand, { ...options, ...more }).series(config, settings);
}

const settings: fc.Arbitrary<WhatIfSettings> = fc.record({
  class: fc.constantFrom('kpa' as const, 'mpa' as const, 'hpa' as const),
  targetUtilizationPercent: fc.integer({ min: 10, max: 100 }),
  stableWindowSeconds: fc.integer({ min: 6, max: 120 }),
  minScale: fc.integer({ min: 0, max: 3 }),
  maxScale: fc.constantFrom(0, 3, 8),
  scaleDownDelaySeconds: fc.constantFrom(0, 30),
  aggregation: fc.constantFrom('linear' as const, 'weighted-exponential' as const),
});
const series = fc.array(
  fc.oneof(fc.constant(0), fc.constant(NaN), fc.double({ min: 0, max: 400, noNaN: true })),
  { minLength: 1, maxLength: 150 },
);

const price = fc.double({ min: 0, max: 9, noNaN: true });

test('pods of the start are held for a stable window, unless the cluster was seen not to', () => {
  const load = closed(constant(4, 40));
  const held = play(load, { minScale: 0 }, { startPods: 6 });
  expect([...held.readyPods.slice(0, 40)]).toEqual(constant(6, 40));
  const free = play(load, { minScale: 0 }, { startPods: 6, holdsStart: false });
  expect(free.readyPods.at(-1)).toBe(1);
});

describe('a queue at the gateway', () => {
  test('closed: those above capacity wait for their share of the pace', () => {
    // 50 clients, 4 pods of 5: 30 wait, 200 a second are served, so each waits 150 ms.
    const { figures, waiting } = play(closed(constant(50, 120)), { minScale: 4, maxScale: 4 });
    expect(waiting.at(-1)).toBe(30);
    expect(figures.requests).toBeCloseTo(200 * 120, 6);
    expect(figures.waitMs.p50).toBeGreaterThan(150 / 1.05);
    expect(figures.waitMs.p50).toBeLessThan(150 * 1.05);
    expect(figures.underCapacitySeconds).toBe(120);
  });

  test('open: too much arrives, so the queue grows by the difference each second, and so does the wait', () => {
    // 300 arrive a second, 4 pods of 5 serve 200.
    const { figures, waiting } = play(open(constant(300, 60)), { minScale: 4, maxScale: 4 });
    expect([...waiting]).toEqual(
      constant(0, 60).map((_, second) => expect.closeTo((second + 1) * 100, 6) as number),
    );
    // The last to be served came when 2/3 of the time had passed: it waited a third of it.
    expect(figures.maxWaitMs).toBeGreaterThan(19_000);
    expect(figures.maxWaitMs).toBeLessThan(20_500);
    expect(figures.stillWaiting).toBeCloseTo(6000, 6);
  });

  test('open: a backlog that clears delays only those that came before it was gone', () => {
    // One second of 400 against 200 a second, then 100 a second: gone two seconds later.
    const { figures } = play(open([400, ...constant(100, 30)]), { minScale: 4, maxScale: 4 });
    expect(figures.waitedRequests).toBeGreaterThan(550);
    expect(figures.waitedRequests).toBeLessThan(650);
    expect(figures.maxWaitMs).toBeLessThan(1100);
  });

  test('open: who waited, and how long, is what requests taken one after another meet', () => {
    const loads = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(loads, fc.integer({ min: 1, max: 5 }), (load, pods) => {
        // Ten seconds in which nothing comes let the queue go on; what is left then is no more looked at.
        const perSecond = [...load, ...constant(0, 10)];
        const capacity = pods * 50;
        const { figures } = play(open(perSecond), { minScale: pods, maxScale: pods }, { startPods: pods });
        let freeAt = 0;
        const waits: number[] = [];
        for (const [second, count] of perSecond.entries())
          for (let i = 0; i < count; i++) {
            const cameAt = second + (i + 0.5) / count;
            const begins = Math.max(cameAt, freeAt);
            freeAt = begins + 1 / capacity;
            if (begins < perSecond.length) waits.push(begins - cameAt);
          }
        const longestS = Math.max(0, ...waits);
        const meanS = waits.length === 0 ? 0 : waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
        // A flow has no grains: a request waits up to one place longer or shorter.
        const offS = 0.02 + 2 / capacity;
        expect(Math.abs(figures.maxWaitMs / 1000 - longestS)).toBeLessThanOrEqual(offS);
        expect(Math.abs(figures.meanWaitMs / 1000 - meanS)).toBeLessThanOrEqual(offS);
      }),
    );
  });

  test('a cold start: all wait for the first pod, nobody after it', () => {
    const { figures, readyPods } = play(closed(constant(5, 60)), { podStartMs: 3000 });
    expect([...readyPods.slice(0, 5)]).toEqual([0, 0, 0, 1, 1]);
    expect(figures).toMatchObject({ coldStarts: 1, podStarts: 1, peakReadyPods: 1 });
    expect(figures.waitedRequests).toBeCloseTo(5, 6);
    expect(figures.maxWaitMs).toBeCloseTo(3060, 3);
  });

  test('a number of requests ends the demand when the last is answered, sooner or later than recorded', () => {
    const enough = play(closed(constant(50, 60), 6000), { minScale: 10 });
    expect(enough.figures).toMatchObject({ finished: true, seconds: 60, requests: 6000 });
    expect(enough.inFlight[13]).toBe(0);
    const scarce = play(closed(constant(50, 60), 6000), { minScale: 1, maxScale: 1 });
    expect(scarce.figures).toMatchObject({ finished: true, requests: 6000 });
    expect(scarce.figures.seconds).toBe(120);
  });
});

describe('for any demand and configuration', () => {
  test('nothing is lost, bounds hold and figures are numbers', () => {
    fc.assert(
      fc.property(settings, series, fc.boolean(), price, (chosen, values, isOpen, pricePerPodHour) => {
        const demand = isOpen ? open(values) : closed(values);
        const result = play(demand, { ...chosen, pricePerPodHour });
        expect(replayFiguresSchema.parse(result.figures)).toEqual(result.figures);
        expect(result.figures.holeSeconds).toBe(values.filter(Number.isNaN).length);
        // What is told of all of it is what is drawn of its seconds.
        const { seconds, podSeconds, peakWaiting, peakReadyPods, cost } = result.figures;
        const drawn = (row: Float64Array): number[] => [...row.slice(0, seconds)];
        expect(peakWaiting).toBe(Math.max(0, ...drawn(result.waiting)));
        expect(peakReadyPods).toBe(Math.max(0, ...drawn(result.readyPods)));
        expect(podSeconds).toBe(drawn(result.replicas).reduce((sum, pods) => sum + pods, 0));
        expect(cost).toBeCloseTo((podSeconds / 3600) * pricePerPodHour, 9);
        for (const pods of result.replicas) {
          expect(pods).toBeGreaterThanOrEqual(chosen.minScale ?? 0);
          if (chosen.maxScale) expect(pods).toBeLessThanOrEqual(chosen.maxScale);
        }
        if (isOpen) {
          let last = 0;
          const arrived = values.reduce((sum, value) => sum + (last = Number.isNaN(value) ? last : value), 0);
          expect(result.figures.requests + result.figures.stillWaiting).toBeCloseTo(arrived, 4);
        }
      }),
    );
  });

  test('the same again gives the same, with another replay in between', () => {
    fc.assert(
      fc.property(settings, settings, series, (one, other, values) => {
        const replayer = new Replayer(open(values), options);
        const first = replayer.figures(configureWhatIf(base, one).config);
        replayer.figures(configureWhatIf(base, other).config);
        expect(replayer.figures(configureWhatIf(base, one).config)).toEqual(first);
      }),
      { numRuns: propertyRuns(50) },
    );
  });

  test('more pods at all times never let more requests wait', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 0, max: 6 }), (values, pods) => {
        const fixed = (n: number): ReplayFigures => play(open(values), { minScale: n, maxScale: n }).figures;
        const [few, more] = [fixed(pods + 1), fixed(pods + 2)];
        expect(more.stillWaiting).toBeLessThanOrEqual(few.stillWaiting + 1e-6);
        expect(more.maxWaitMs).toBeLessThanOrEqual(few.maxWaitMs + 1e-6);
        expect(more.underCapacitySeconds).toBeLessThanOrEqual(few.underCapacitySeconds);
      }),
      { numRuns: propertyRuns(50) },
    );
  });

  test('under capacity are the seconds in which more was in flight than the pods take, or a queue was left', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (loads, pods) => {
          const of = (demand: Demand): number =>
            play(demand, { minScale: pods, maxScale: pods }).figures.underCapacitySeconds;
          // Five at once a pod, a tenth of a second each.
          expect(of(closed(loads))).toBe(loads.filter((load) => load > 5 * pods).length);
          let [queue, seconds] = [0, 0];
          for (const load of loads) {
            queue = Math.max(0, queue + load - 50 * pods);
            if (queue > 0) seconds++;
          }
          expect(of(open(loads))).toBe(seconds);
        },
      ),
    );
  });

  test('a kpa that reads the gateway meets a load on no pod as mpa does', () => {
    const to = (settings: WhatIfSettings) =>
      configureWhatIf({ ...base, concurrencyFrom: 'gateway' }, settings);
    expect(settingsOf(to({ class: 'kpa' }).config).concurrencyFrom).toBe('gateway');
    expect(to({ class: 'kpa', concurrencyFrom: 'knative' }).config.concurrencyFrom).toBe('knative');
    expect(to({ class: 'hpa' }).config.concurrencyFrom).toBe('knative');
    const own = play(open([40, 40, 40, 40]), { class: 'kpa', targetUtilizationPercent: 100 });
    const gateway = play(open([40, 40, 40, 40]), {
      class: 'kpa',
      targetUtilizationPercent: 100,
      concurrencyFrom: 'gateway',
    });
    const mpa = play(open([40, 40, 40, 40]), { class: 'mpa' });
    expect(gateway.figures).toEqual(mpa.figures);
    expect(own.figures).not.toEqual(mpa.figures);
  });

  test('copied as annotations and applied again, a configuration is itself', () => {
    fc.assert(
      fc.property(settings, fc.constantFrom('concurrency' as const, 'rps' as const), (chosen, metric) => {
        const { config } = configureWhatIf(base, {
          ...chosen,
          ...(chosen.class === 'kpa' ? { metric } : {}),
        });
        const yaml = toAnnotations(config);
        const { metadata, spec } = (
          parse(yaml) as {
            spec: {
              template: {
                metadata: { annotations: Record<string, string> };
                spec: { containerConcurrency: number };
              };
            };
          }
        ).spec.template;
        const again = resolveConfig({
          annotations: metadata.annotations,
          containerConcurrency: spec.containerConcurrency,
        });
        expect(again.problems).toEqual([]);
        const { targetValue, panicWindowMs, ...rest } = again.config;
        if (config.class === 'hpa') expect(again.config.hpa).toEqual(config.hpa);
        else {
          expect(rest).toEqual({ ...config, targetValue: undefined, panicWindowMs: undefined });
          expect(targetValue).toBeCloseTo(config.targetValue, 9);
          expect(panicWindowMs).toBe(config.panicWindowMs);
        }
      }),
    );
  });
});

test('what the cluster’s ConfigMap says is not copied: not its initial scale, which another may refuse', () => {
  const configMap = {
    'allow-zero-initial-scale': 'true',
    'initial-scale': '0',
    'scale-to-zero-grace-period': '90s',
  };
  const { config } = configureWhatIf({ ...base, configMap }, { maxScale: 7 });
  expect(config.initialScale).toBe(0);
  const yaml = toAnnotations(config, configMap);
  expect(yaml).toContain("max-scale: '7'");
  expect(yaml).not.toMatch(/initial-scale|grace-period/);
  expect(toAnnotations(config)).toMatch(/initial-scale: '0'[^]*grace-period: '90s'/);
});

test('a setting that the service leaves to its cluster is copied where it changed, and only there', () => {
  const configMap = {
    'stable-window': '30s',
    'container-concurrency-target-percentage': '50',
    'scale-down-delay': '15s',
    'max-scale': '9',
  };
  const own: WhatIfBase = { annotations: {}, containerConcurrency: 5, configMap };
  const yamlOf = (changed: WhatIfSettings): string =>
    toAnnotations(configureWhatIf(own, changed).config, configMap);
  expect(yamlOf({})).not.toMatch(/window|utilization|delay|max-scale/);
  // Knative's default, and not this cluster's.
  expect(yamlOf({ stableWindowSeconds: 60, maxScale: 0 })).toMatch(/window: '60s'[^]*max-scale: '0'/);
});

describe('settings', () => {
  test.each<[WhatIfSettings, string, RegExp]>([
    [{ class: 'kpa', stableWindowSeconds: 5 }, 'window', /expected 6s <= 5s <= 1h0m0s/],
    [{ stableWindowSeconds: 60.5 }, 'window', /second precision/],
    [{ target: 0.001 }, 'target', /at least 0.01/],
    [{ targetUtilizationPercent: 0 }, 'target-utilization-percentage', /expected 1 <= 0 <= 100/],
    [{ panicThresholdPercent: 109 }, 'panic-threshold-percentage', /expected 110 <= 109 <= 1000/],
    [{ panicWindowPercent: 101 }, 'panic-window-percentage', /expected 1 <= 101 <= 100/],
    [{ minScale: 5, maxScale: 2 }, 'max-scale', /max-scale=2 is less than min-scale=5/],
    [{ minScale: 1.5 }, 'min-scale', /whole number/],
    [{ maxScale: -1 }, 'max-scale', /expected 0 <= -1/],
    [{ initialScale: 0 }, 'initial-scale', /not allowed by cluster/],
    [{ activationScale: 1 }, 'activation-scale', /greater than 1/],
    [{ scaleDownDelaySeconds: 3601 }, 'scale-down-delay', /<= 1h0m0s/],
    [{ targetBurstCapacity: -2 }, 'target-burst-capacity', /-1 for unlimited/],
  ])('%j is refused with Knative’s meaning at annotation %s', (wrong, annotation, message) => {
    const { problems } = configureWhatIf(base, whatIfSettingsSchema.parse(wrong));
    expect(problems).toHaveLength(1);
    expect(withWords(problems)[0]).toMatchObject({
      annotation: `autoscaling.knative.dev/${annotation}`,
      message: expect.stringMatching(message) as string,
    });
    expect(Object.keys(wrong)).toContain(fieldOfProblem(problems[0]!));
  });

  test('a ConfigMap value that Knative would refuse is named too', () => {
    const { problems } = configureWhatIf(base, { maxScaleUpRate: 1 });
    expect(withWords(problems)).toMatchObject([
      { annotation: 'config-autoscaler/max-scale-up-rate', message: 'must be greater than 1.0', value: '1' },
    ]);
    expect(fieldOfProblem(problems[0]!)).toBe('maxScaleUpRate');
  });

  test.each<[object, string]>([
    [{ containerConcurrency: 1001 }, 'containerConcurrency'],
    [{ minScale: 1e9 }, 'minScale'],
    [{ podStartMs: -1 }, 'podStartMs'],
    [{ class: 'vpa' }, 'class'],
  ])('%j is refused, naming the field', (wrong, field) => {
    expect(whatIfSettingsSchema.safeParse(wrong).error?.issues[0]?.path).toEqual([field]);
  });

  test('those of a configuration, put in again, change nothing', () => {
    fc.assert(
      fc.property(settings, (chosen) => {
        // An hpa's window and target may be ones that no annotation says.
        const { config } = configureWhatIf(base, {
          ...chosen,
          class: chosen.class === 'hpa' ? 'kpa' : chosen.class,
        });
        const { activationScale, ...own } = settingsOf(config);
        const again = configureWhatIf(
          base,
          whatIfSettingsSchema.parse({ ...own, ...(activationScale > 1 ? { activationScale } : {}) }),
        );
        expect(again.problems).toEqual([]);
        expect(again.config).toEqual(config);
      }),
    );
  });

  test('an unknown field is refused', () => {
    expect(whatIfSettingsSchema.safeParse({ maxscale: 3 }).success).toBe(false);
  });

  test('an hpa’s target is one of concurrency unless another metric is named', () => {
    const { config, assumptions } = configureWhatIf(base, { class: 'hpa', target: 3 });
    expect(config.hpa?.metrics).toEqual([
      { type: 'Pods', name: 'concurrency', target: 'AverageValue', quantity: 3000 },
    ]);
    expect(assumptions).toEqual([]);
    expect(settingsOf(config)).toMatchObject({
      class: 'hpa',
      metric: 'concurrency',
      target: 3,
      stableWindowSeconds: 300,
    });
  });

  test('an hpa on CPU is played on concurrency, and that is said', () => {
    const { config, assumptions } = configureWhatIf(base, { class: 'hpa' });
    expect(config.hpa?.metrics).toEqual([
      { type: 'Pods', name: 'concurrency', target: 'AverageValue', quantity: 4000 },
    ]);
    expect(english(assumptions[0]!)).toContain('80 %');
  });
});

describe('a sweep', () => {
  const job: SweepJob = {
    demand: open([...constant(50, 60), ...constant(400, 60), ...constant(0, 60)]),
    base,
    options,
    settings: { class: 'kpa' },
    grid: [
      { field: 'targetUtilizationPercent', values: [40, 70, 100] },
      { field: 'minScale', values: [0, 2, 30] },
      { field: 'aggregation', values: ['linear', 'weighted-exponential'] },
    ],
  };

  test('plays every combination as a single replay does, in any share, and names what would be refused', () => {
    const all = [...sweep(job)];
    expect(all).toHaveLength(sweepSize(job.grid));
    expect([...sweep(job, 0, 7), ...sweep(job, 7)]).toEqual(all);
    const [point] = all;
    expect(point).toMatchObject({
      settings: { class: 'kpa', targetUtilizationPercent: 40, minScale: 0, aggregation: 'linear' },
    });
    expect(point && 'figures' in point && point.figures).toEqual(play(job.demand, all[0]!.settings).figures);
    const refused = all.filter((p) => 'problems' in p);
    expect(refused).toHaveLength(6);
    expect(JSON.stringify(pointWithWords(refused[0]!))).toContain('max-scale=20 is less than min-scale=30');
  });

  test('no point off the Pareto front is better in both than one on it', () => {
    const points = [...sweep(job)].flatMap((point) => ('figures' in point ? [point] : []));
    const front = paretoFront(points, 'podSeconds', 'underCapacitySeconds');
    expect(front.length).toBeGreaterThan(1);
    for (const point of points) {
      const dominated = (by: (typeof points)[number]) =>
        by.figures.podSeconds <= point.figures.podSeconds &&
        by.figures.underCapacitySeconds <= point.figures.underCapacitySeconds;
      expect(front.includes(point) || front.some(dominated)).toBe(true);
    }
    for (let i = 1; i < front.length; i++)
      expect(front[i]!.figures.underCapacitySeconds).toBeLessThan(front[i - 1]!.figures.underCapacitySeconds);
  });

  test.each([
    [[], /at least one setting/],
    [[...job.grid, { field: 'maxScale', values: [1] }], /at most three/],
    [
      [
        { field: 'minScale', values: [1] },
        { field: 'minScale', values: [2] },
      ],
      /twice/,
    ],
    [
      [
        { field: 'minScale', values: constant(1, 200) },
        { field: 'maxScale', values: constant(1, 200) },
      ],
      /20,000/,
    ],
  ])('a grid that is not one is refused: %#', (grid, message) => {
    expect(english(messageOfIssue(sweepGridSchema.safeParse(grid).error?.issues[0]))).toMatch(message);
  });
});

test('the error against a run counts the seconds that were observed', () => {
  const simulated = { readyPods: Float64Array.of(0, 5, 10, 10), waiting: Float64Array.of(4, 0, 0, 0) };
  expect(compareWithRun({ readyPods: [0, 3, NaN, 11], waiting: [2, 0, 0, 0] }, simulated)).toEqual({
    readyPodsMeanAbsoluteError: 1,
    readyPodsBias: 1 / 3,
    comparedSeconds: 3,
    waitingMeanAbsoluteError: 0.5,
    waitingRequestSecondsError: 2,
  });
});

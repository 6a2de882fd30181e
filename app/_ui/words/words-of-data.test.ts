import { describe, expect, it } from 'vitest';
import {
  boundBySchema,
  createAutoscaler,
  explain,
  mpaAssumptions,
  onRecordedMetric,
  resolveConfig,
} from '@/lib/autoscaling';
import { type StorySentence } from '@/lib/timeline/story';
import { assumptionIn, explainIn, storyIn } from './words-of-data';

const { config } = resolveConfig({
  annotations: {
    'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/max-scale': '20',
  },
  containerConcurrency: 5,
});
const autoscaler = createAutoscaler(config, { atMs: 1_700_000_000_000, readyPods: 1, replicas: 1 });
autoscaler.record({ atMs: 1_700_000_001_000, value: 50 });
const decision = autoscaler.tick({ atMs: 1_700_000_002_000, readyPods: 1, replicas: 1 });

describe('explainIn', () => {
  it('says the same numbers in both languages', () => {
    expect(decision.desiredPods).toBe(10);
    const numbers = (text: string): string[] => (text.match(/\d+(\.\d+)?/g) ?? []).sort();
    expect(explainIn('en', decision)).toBe(`${explain(decision)}.`);
    expect(numbers(explainIn('zh-Hant', decision))).toEqual(numbers(explainIn('en', decision)));
    expect(explainIn('zh-Hant', decision)).toContain('恐慌模式');
  });

  it.each(boundBySchema.options)('has Chinese words for the rule %s wherever English has', (boundBy) => {
    const plain = {
      ...decision,
      panicMode: false,
      reason: { ...decision.reason, deciderBoundBy: 'stable' as const },
    };
    const parts = (text: string, separator: string): number => text.split(separator).length;
    const one = { ...plain, boundBy };
    expect(parts(explainIn('zh-Hant', one), '；')).toBe(parts(explainIn('en', one), '; '));
    const ruled = { ...plain, boundBy, reason: { ...plain.reason, deciderBoundBy: boundBy } };
    expect(parts(explainIn('zh-Hant', ruled), '；')).toBe(parts(explainIn('en', ruled), '; '));
  });
});

describe('assumptionIn', () => {
  it('translates each of MPA’s assumptions', () => {
    for (const assumption of mpaAssumptions) expect(assumptionIn('zh-Hant', assumption)).not.toBe(assumption);
    expect(assumptionIn('zh-Hant', 'another')).toBe('another');
  });

  it.each([
    ['hpa', '有 4 個處理中請求時為 80 %'],
    ['other', 'other.autoscaling'],
  ])('keeps the numbers and names of class %s', (name, words) => {
    const { assumptions } = onRecordedMetric(
      resolveConfig({
        annotations: { 'autoscaling.knative.dev/class': `${name}.autoscaling.knative.dev` },
        containerConcurrency: 5,
      }),
    );
    expect(assumptions).toHaveLength(1);
    expect(assumptionIn('zh-Hant', assumptions[0]!)).toContain(words);
    expect(assumptionIn('en', assumptions[0]!)).toBe(assumptions[0]);
  });
});

const place = { range: null, eventId: null };
const paid = { requests: 500, waited: 412, p95Ms: 40, steadyP95Ms: 31 };
const sentences: StorySentence[] = [
  {
    ...place,
    kind: 'asked',
    script: 'spike',
    service: 'hello',
    host: 'h.example.com',
    scenarios: [
      {
        name: 'a',
        executor: 'shared-iterations',
        startMs: 0,
        vus: 50,
        iterations: 900,
        perSecond: null,
        durationMs: null,
      },
      {
        name: 'b',
        executor: 'constant-arrival-rate',
        startMs: 0,
        vus: null,
        iterations: null,
        perSecond: 40,
        durationMs: 30_000,
      },
    ],
  },
  { ...place, kind: 'rules', class: 'MPA', target: 5, metric: 'concurrency', minScale: 1, maxScale: 20 },
  {
    ...place,
    kind: 'load',
    requests: 900,
    failures: 7,
    perSecond: 33.3,
    p50Ms: 30,
    p99Ms: 60,
    peakReadyPods: 4,
  },
  { ...place, kind: 'thresholds', met: 1, total: 3 },
  { ...place, kind: 'thresholds', met: 5, total: 5 },
  { ...place, kind: 'threshold-crossed', metric: 'm', source: 'p(95)<500', value: 812, unit: 'ms' },
  { ...place, kind: 'cold-start', atMs: 1000, lengthMs: 650, requests: 50, slowestMs: 700 },
  {
    ...place,
    kind: 'scaled-up',
    dueMs: 4000,
    steps: 2,
    from: 3,
    to: 13,
    readyAfterMs: 310,
    mostReady: 13,
    paid: null,
  },
  { ...place, kind: 'missed', dueMs: 4000, steps: 2, from: 1, to: 20, mostReady: 1, paid },
  { ...place, kind: 'scaled-down', dueMs: 9000, steps: 3, from: 20, to: 2, goneAfterMs: 930 },
  { ...place, kind: 'kept', dueMs: 9000, from: 5, to: 4 },
  { ...place, kind: 'unexpected', atMs: 9000, steps: 4, from: 20, to: 18 },
  {
    ...place,
    kind: 'lost',
    atMs: 7000,
    untilMs: 28_000,
    pods: 3,
    restarted: false,
    reason: 'Error',
    readyAfterMs: 810,
  },
  { ...place, kind: 'gap', what: 'pods', fromMs: 27_000, toMs: 28_000, reason: 'lab ended' },
  { ...place, kind: 'no-scaling', pods: 6 },
];

describe('storyIn', () => {
  it.each(sentences.map((sentence) => [sentence.kind, sentence] as const))(
    'says the same numbers in both languages: %s',
    (_kind, sentence) => {
      const numbers = (text: string): number[] =>
        (text.match(/\d+(\.\d+)?/g) ?? []).map(Number).sort((a, b) => a - b);
      const [english, chinese] = [storyIn('en', sentence), storyIn('zh-Hant', sentence)];
      expect(numbers(chinese)).toEqual(numbers(english));
      expect(english).toMatch(/\.$/);
      expect(chinese).toMatch(/[\u4e00-\u9fff].*。$/);
    },
  );

  it('names the late pod by its place', () => {
    const late: StorySentence = {
      ...place,
      kind: 'scaled-up',
      dueMs: 4000,
      steps: 1,
      from: 0,
      to: 10,
      readyAfterMs: 3100,
      mostReady: 10,
      paid,
    };
    expect(storyIn('en', late)).toBe(
      'Second 4: 10 pods were due (from 0), the tenth was ready 3.1 s later; 412 requests waited, p95 40 ms against 31 ms in the steady state.',
    );
    expect(storyIn('zh-Hant', late)).toContain('第 10 個在 3.10 s 後就緒；412 個請求等待過');
  });
});

import { describe, expect, it } from 'vitest';
import { boundBySchema, createAutoscaler, explain, mpaAssumptions, onRecordedMetric, resolveConfig } from '@/lib/autoscaling';
import { assumptionIn, explainIn } from './words-of-data';

const { config } = resolveConfig({ annotations: { 'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev', 'autoscaling.knative.dev/max-scale': '20' }, containerConcurrency: 5 });
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
    const plain = { ...decision, panicMode: false, reason: { ...decision.reason, deciderBoundBy: 'stable' as const } };
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

  it.each([['hpa', '有 4 個處理中請求時為 80 %'], ['other', 'other.autoscaling']])('keeps the numbers and names of class %s', (name, words) => {
    const { assumptions } = onRecordedMetric(resolveConfig({ annotations: { 'autoscaling.knative.dev/class': `${name}.autoscaling.knative.dev` }, containerConcurrency: 5 }));
    expect(assumptions).toHaveLength(1);
    expect(assumptionIn('zh-Hant', assumptions[0]!)).toContain(words);
    expect(assumptionIn('en', assumptions[0]!)).toBe(assumptions[0]);
  });
});

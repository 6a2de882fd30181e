import { expect, it } from 'vitest';
import { type ClusterReport, type PodUsage } from '@/lib/model/cluster-report';
import { english } from '@/lib/words/english';
import { configureWhatIf, Replayer, settingsOf, type WhatIfSettings } from './index';
import { recordedUsage } from './recorded-usage';

const seconds = 120;
const pod = (name: string, atMs: number, cpuMilli: number): PodUsage => ({
  pod: name,
  revision: null,
  sampledAtMs: atMs,
  windowMs: 15_000,
  cpuMilli,
  memoryBytes: 50 * 2 ** 20,
  cpuRequestMilli: 100,
  memoryRequestBytes: null,
  noCpuRequest: null,
  startedAtMs: 0,
});
/** One pod at 40 % of its request, from 30 s on at 200 %. */
const reports = Array.from({ length: 8 }, (_, i): ClusterReport => {
  const atMs = i * 15_000;
  return {
    id: i,
    kind: 'usage',
    atMs,
    serverAtMs: null,
    pods: [pod('a', atMs, atMs < 30_000 ? 40 : 200)],
  };
});
const usage = recordedUsage(reports, 0, seconds)!;
const base = {
  annotations: {
    'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/metric': 'cpu',
    'autoscaling.knative.dev/target': '50',
  },
  containerConcurrency: 0,
  isUsageKnown: true,
};

function replay(settings: WhatIfSettings) {
  const { config, assumptions } = configureWhatIf(base, settings);
  const demand = {
    kind: 'closed' as const,
    startMs: 1_700_000_000_000,
    perSecond: new Float64Array(seconds).fill(4),
    requests: null,
  };
  const replayer = new Replayer(demand, {
    serviceTimeMs: 50,
    podStarts: [],
    startPods: 1,
    seed: 1,
    usage,
  });
  return { series: replayer.series(config), assumptions: assumptions.map(english), config };
}

it('an hpa is replayed on the CPU that its pods used, shared by those that there are', () => {
  const { series, assumptions, config } = replay({});
  expect(series.readyPods[29]).toBe(1);
  expect(series.readyPods.at(-1)).toBe(4);
  expect(assumptions.join(' ')).toContain('the CPU that was recorded');
  expect(settingsOf(config)).toMatchObject({ metric: 'cpu', target: 50 });
});

it('another target asks for other pods, and memory for as many as ever', () => {
  expect(replay({ target: 100 }).series.readyPods.at(-1)).toBe(2);
  const memory = replay({ metric: 'memory', target: 25, maxScale: 5 });
  expect(settingsOf(memory.config)).toMatchObject({ metric: 'memory', target: 25 });
  expect(memory.series.readyPods.at(-1)).toBe(5);
});

it('without a sample there is no usage', () => {
  expect(recordedUsage([], 0, seconds)).toBeNull();
});

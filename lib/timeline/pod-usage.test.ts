import { expect, it } from 'vitest';
import { type ClusterReport, type PodUsage } from '@/lib/model/cluster-report';
import { type Decision } from '@/lib/model/recording';
import { usageOverTime } from './pod-usage';

const pod = (name: string, sampledAtMs: number, cpuMilli: number | null): PodUsage => ({
  pod: name,
  revision: null,
  sampledAtMs,
  windowMs: 15_000,
  cpuMilli,
  memoryBytes: 3 * 2 ** 20,
  cpuRequestMilli: 200,
  memoryRequestBytes: null,
  noCpuRequest: null,
  startedAtMs: 0,
});
const report = (atMs: number, pods: PodUsage[]): ClusterReport => ({
  id: atMs,
  kind: 'usage',
  atMs,
  serverAtMs: null,
  pods,
});
const decided = (metric: string, target: number): Decision[] => [
  { reason: { class: 'hpa', metric, target } } as unknown as Decision,
];

it('is the mean of all pods and the busiest one, without those that are measured no more', () => {
  const reports = [
    report(1000, [pod('a', 1000, 100)]),
    report(2000, [pod('b', 2000, 300)]),
    report(60_000, [pod('b', 59_000, 100)]),
  ];
  expect(usageOverTime(reports, decided('cpu', 80))).toEqual({
    metric: 'cpu',
    target: 80,
    steps: [
      { atMs: 1000, pods: 1, mean: 50, most: 50 },
      { atMs: 2000, pods: 2, mean: 100, most: 150 },
      { atMs: 60_000, pods: 1, mean: 50, most: 50 },
    ],
  });
  expect(usageOverTime(reports, decided('memory', 5))!.steps[0]).toMatchObject({ mean: 3 });
});

it('is none where nothing was measured, or pods are scaled on something else', () => {
  expect(usageOverTime([report(1000, [pod('a', 1000, null)])], decided('cpu', 80))).toBeNull();
  expect(usageOverTime([report(1000, [pod('a', 1000, 10)])], decided('concurrency', 5))).toBeNull();
});

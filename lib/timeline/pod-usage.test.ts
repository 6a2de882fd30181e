import fc from 'fast-check';
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

it('is what each pod’s own last reading says, whoever was read when', () => {
  const readings = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 1000, max: 40_000 }),
      pods: fc.uniqueArray(
        fc.record({
          pod: fc.constantFrom('a', 'b', 'c'),
          cpuMilli: fc.option(fc.integer({ min: 0, max: 900 })),
        }),
        { minLength: 1, selector: ({ pod: name }) => name },
      ),
    }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(readings, (given) => {
      let now = 0;
      const reports = given.map(({ afterMs, pods }) => {
        now += afterMs;
        return { atMs: now, pods };
      });
      const expected = reports.flatMap(({ atMs }, i) => {
        const alive = ['a', 'b', 'c'].flatMap((name) => {
          const last = reports.slice(0, i + 1).findLast(({ pods }) => pods.some((one) => one.pod === name));
          const cpu = last?.pods.find((one) => one.pod === name)?.cpuMilli;
          // Two windows of 15 s and one reading more without a word: it is gone.
          return last && typeof cpu === 'number' && atMs - last.atMs <= 36_000 ? [cpu / 2] : [];
        });
        const mean = alive.reduce((sum, percent) => sum + percent, 0) / alive.length;
        return alive.length === 0 ? [] : [{ atMs, pods: alive.length, mean, most: Math.max(...alive) }];
      });
      const found = usageOverTime(
        reports.map(({ atMs, pods }) =>
          report(
            atMs,
            pods.map((one) => pod(one.pod, atMs, one.cpuMilli)),
          ),
        ),
        decided('cpu', 80),
      );
      const steps = found?.steps ?? [];
      expect(steps.map(({ atMs, pods }) => [atMs, pods])).toEqual(
        expected.map(({ atMs, pods }) => [atMs, pods]),
      );
      for (const [i, step] of steps.entries()) {
        expect(step.mean).toBeCloseTo(expected[i]!.mean, 9);
        expect(step.most).toBeCloseTo(expected[i]!.most, 9);
      }
    }),
  );
});

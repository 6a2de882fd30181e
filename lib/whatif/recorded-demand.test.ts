import { expect, it } from 'vitest';
import { splitThenRollout } from '@/testdata/revisions/split-then-rollout';
import { type ClusterReport } from '@/lib/model/cluster-report';
import { earliestReady, podProbesOf } from '@/lib/model/probe';
import { english } from '@/lib/words/english';
import { settingsOf } from './index';
import { recordedDemand, type RecordedDemand } from './recorded-demand';
import { whatIf } from './replay-run';

const { run, recording } = splitThenRollout();

const errorOf = (revision: string | null): number =>
  whatIf(recordedDemand(run, recording, revision), {}).fidelity!.readyPodsMeanAbsoluteError!;

it('replays each revision by its own requests, pods and settings, closer than all of them as one', () => {
  const { revisions } = recordedDemand(run, recording);
  expect(revisions).toEqual(['shop-00001', 'shop-00002']);
  const all = errorOf(null);
  for (const revision of revisions) expect(errorOf(revision)).toBeLessThan(all / 2);
  const own = revisions.map((revision) => whatIf(recordedDemand(run, recording, revision), {}));
  expect(own.map(({ revision }) => revision)).toEqual(revisions);
  expect(own.map(({ own: { config } }) => settingsOf(config).minScale)).toEqual([1, 2]);
  // Their pods are together those that there were.
  const at = (second: number): number =>
    own.reduce((sum, { own: replayed }) => sum + (replayed.series.readyPods[second] ?? 0), 0);
  expect(at(15)).toBe(whatIf(recordedDemand(run, recording), {}).observed!.readyPods[15]);
});

it('divides the answers as the Route divided the requests', () => {
  const requestsOf = (revision: string | null): number =>
    whatIf(recordedDemand(run, recording, revision), {}).own.figures.requests;
  const [first, second] = [requestsOf('shop-00001'), requestsOf('shop-00002')];
  const all = run.figures.requests!;
  expect(Math.abs(first + second - all) / all).toBeLessThan(0.15);
});

it('divides them as the gateway counted them where it did, and says what divides the rest', () => {
  const { loadStartMs, loadEndMs } = run;
  const seconds = Math.floor((loadEndMs! - loadStartMs!) / 1000);
  const rates = (from: number, parts: Record<string, number>): ClusterReport[] =>
    Array.from({ length: seconds - from + 2 }, (_, second) => ({
      ...{ kind: 'rates' as const, byRevision: parts, id: 1e6 + second, serverAtMs: null },
      atMs: loadStartMs! + (from + second) * 1000,
    }));
  const counted = (...more: ClusterReport[]) => {
    const whole = {
      ...recording,
      series: [{ id: 1, metric: 'http_reqs', type: 'counter' as const, unit: 'none' as const, tags: {} }],
      points: Array.from({ length: seconds + 1 }, (_, second) => ({
        ...{ id: second, seriesId: 1, value: 400, histogram: null },
        atMs: loadStartMs! + second * 1000,
      })),
      reports: [...recording.reports!, ...more],
    };
    // By Little's law, twice the answers are half the time that each takes.
    const [first, second] = ['shop-00001', 'shop-00002'].map((revision) =>
      recordedDemand(run, whole, revision),
    ) as [RecordedDemand, RecordedDemand];
    const msAt = ({ options }: RecordedDemand): number => (options.serviceTimeMs as Float64Array)[20]!;
    return { firstMs: msAt(first), secondMs: msAt(second), said: english(second.base.assumptions![0]!) };
  };
  const byRoute = counted();
  expect(byRoute.said).toMatch(/as the Route’s percent of all/);
  // The Route gives 70 % and 30 %.
  const byCount = counted(...rates(0, { 'shop-00001': 10, 'shop-00002': 90 }));
  expect(byCount.said).toMatch(/those that the gateway counted of each revision\.$/);
  expect(byCount.firstMs / byRoute.firstMs).toBeCloseTo(0.7 / 0.1, 5);
  expect(byCount.secondMs / byRoute.secondMs).toBeCloseTo(0.3 / 0.9, 5);
  // Of half of the run nobody counted.
  const half = counted(...rates(Math.floor(seconds / 2), { 'shop-00001': 10, 'shop-00002': 90 }));
  expect(half.said).toMatch(/; in \d+ s of which it counted none, as the Route’s percent\.$/);
});

it('keeps no pods for a revision that no route refers to, and changes settings of the chosen one only', () => {
  const changed = whatIf(recordedDemand(run, recording, 'shop-00002'), { minScale: 5 });
  expect(Math.max(...changed.own.series.readyPods)).toBeLessThan(5);
  expect(Math.min(...changed.replay!.series.readyPods)).toBe(5);
  const gone = whatIf(recordedDemand(run, recording, 'shop-00001'), {
    minScale: 5,
    stableWindowSeconds: 6,
    scaleDownDelaySeconds: 0,
  });
  expect(gone.replay!.series.readyPods[0]).toBe(5);
  expect(gone.replay!.series.readyPods.at(-1)).toBeLessThan(5);
});

it('begins with the windows that the run began with, and says of what', () => {
  const seconds = Array.from({ length: 60 }, (_, i) => ({
    ...{ atMs: (i - 60) * 1000, value: 0, readyPods: 1 },
    from: i < 20 ? ('before' as const) : ('idle' as const),
  }));
  const past = [{ revision: 'shop-00001', known: true, seconds }];
  const told = recordedDemand(run, { ...recording, past }, 'shop-00001');
  expect(told.options.past?.seconds.map(({ value }) => value).slice(0, 60)).toEqual(seconds.map(() => 0));
  expect(told.options.past?.seconds.every(({ atMs }) => atMs <= 0)).toBe(true);
  expect(told.base.assumptions?.map(english).join(' ')).toMatch(/\d\d seconds of before: 40 of them/);
  // Pods that a window full of load asks for are there at first, and not where it was idle.
  const busy = [{ ...past[0]!, seconds: seconds.map((one) => ({ ...one, value: 60 })) }];
  const podsAtFirst = (demand: typeof told): number =>
    Math.max(...whatIf(demand, {}).own.series.readyPods.slice(0, 5));
  expect(podsAtFirst(recordedDemand(run, { ...recording, past: busy }, 'shop-00001'))).toBeGreaterThan(
    podsAtFirst(told),
  );
  expect(recordedDemand(run, { ...recording, past }, 'shop-00002').options.past).toBeUndefined();
});

it('refuses a revision that had no load', () => {
  expect(() => recordedDemand(run, recording, 'shop-00009')).toThrow(/shop-00009/);
});

it('takes a pod’s start from its probe where none was seen to start, and says so', () => {
  const readiness = podProbesOf([{ readinessProbe: { initialDelaySeconds: 7, periodSeconds: 5 } }]);
  const reports = recording.reports!.map((report) =>
    report.kind === 'revision' ? { ...report, probes: readiness } : report,
  );
  const preexisting = recording.podEvents.filter(({ type }) => type === 'LIST');
  const earliest = earliestReady(readiness)!;
  const seen = recordedDemand(run, { ...recording, reports });
  expect(seen.options.podStarts.length).toBeGreaterThan(1);
  expect(seen.base.assumptions?.map(english).join(' ')).not.toContain('seen to start');
  const unseen = recordedDemand(run, { ...recording, reports, podEvents: preexisting });
  expect(unseen.options.podStarts).toEqual([{ atMs: 0, tookMs: earliest.afterMs }]);
  expect(unseen.base.assumptions?.map(english).join(' ')).toContain('10.0 s after it is asked for');
  // Without a probe too nothing is made up.
  expect(
    recordedDemand(run, { ...recording, reports: [], podEvents: preexisting }).options.podStarts,
  ).toEqual([]);
});

it('starts pods by a readiness probe that is changed, and says what it takes to hold', () => {
  const readiness = podProbesOf([{ readinessProbe: { initialDelaySeconds: 1 } }]);
  const reports = recording.reports!.map((report) =>
    report.kind === 'revision' ? { ...report, probes: readiness } : report,
  );
  const known = recordedDemand(run, { ...recording, reports });
  const { demand, own, replay } = whatIf(known, {
    readinessInitialDelaySeconds: 20,
    containerConcurrency: 2,
  });
  const same = whatIf(known, { readinessInitialDelaySeconds: 1, containerConcurrency: 2 });
  expect(demand.probes).toEqual(readiness);
  expect(replay!.figures.underCapacitySeconds).toBeGreaterThan(same.replay!.figures.underCapacitySeconds);
  expect(replay!.assumptions.join(' ')).toContain('readiness probe');
  expect(replay!.yaml).toContain('#   initialDelaySeconds: 20\n');
  expect(own.yaml).not.toContain('initialDelaySeconds');
  // Where nobody knows the probes, nothing is made up, and that is said.
  const unknown = whatIf(recordedDemand(run, { ...recording, reports: [] }), { readinessPeriodSeconds: 9 });
  expect(unknown.replay!.series).toEqual(unknown.own.series);
  expect(unknown.replay!.assumptions.join(' ')).toContain('not known');
});

import { describe, expect, it } from 'vitest';
import { type ClusterReport, type NewClusterReport } from '@/lib/model/cluster-report';
import { type Decision, type PodEvent, type PodPhase, type Recording } from '@/lib/model/recording';
import { correlate } from './correlate';
import { decidedSteps, differenceOf } from './decided';
import { lagPartNames, type LagPart } from '@/lib/model/lag-part';
import { english } from '@/lib/words/english';
import { runsLagMessage } from './lag-message';
import { mostOfLag, mostOfRunsLag } from './lag-parts';

const told = (reports: NewClusterReport[]): ClusterReport[] =>
  reports.map((report, i): ClusterReport => ({ ...report, id: i + 1 }));
const scale = (
  atMs: number,
  desired: number | null,
  source: 'podautoscaler' | 'hpa' | 'deployment' = 'podautoscaler',
  revision = 'shop-00001',
): NewClusterReport => ({
  kind: 'scale',
  source,
  revision,
  desired,
  actual: null,
  reason: null,
  atMs,
  serverAtMs: null,
});

describe('what the cluster decided', () => {
  it('is the sum of its revisions, without those that have gone', () => {
    const reports = told([
      scale(0, 2),
      scale(100, 3, 'podautoscaler', 'shop-blue'),
      scale(200, 0),
      scale(300, null),
    ]);
    expect(decidedSteps(reports)).toEqual([
      { atMs: 0, pods: 2 },
      { atMs: 100, pods: 5 },
      { atMs: 200, pods: 3 },
    ]);
  });

  it('was so when the Deployment was changed, where the PodAutoscaler says it a little later', () => {
    const reports = told([
      scale(0, 1),
      scale(0, 1, 'deployment'),
      scale(5000, 10, 'deployment'),
      scale(5040, 10),
      scale(9000, 12),
    ]);
    expect(decidedSteps(reports)).toEqual([
      { atMs: 0, pods: 1 },
      { atMs: 5000, pods: 10 },
      { atMs: 9000, pods: 12 },
    ]);
  });

  it('was so when the server wrote it, where the watch told it late', () => {
    const reports = told([
      scale(0, 1),
      { ...scale(15_000, 10), serverAtMs: 6000 },
      { ...scale(20_400, 12), serverAtMs: 20_000 },
    ]);
    expect(decidedSteps(reports)).toEqual([
      { atMs: 0, pods: 1 },
      { atMs: 6000, pods: 10 },
      { atMs: 20_400, pods: 12 },
    ]);
  });

  it('is none before the first decision: the first one is a decision', () => {
    expect(decidedSteps(told([scale(0, null), scale(3000, 2)]))).toEqual([
      { atMs: 0, pods: 0 },
      { atMs: 3000, pods: 2 },
    ]);
  });

  it('is the HPA’s where there is no PodAutoscaler, and the Deployment’s where there is neither', () => {
    const [hpa, deployment] = [scale(10, 4, 'hpa'), scale(5, 3, 'deployment')];
    expect(decidedSteps(told([deployment, hpa])).at(-1)).toEqual({ atMs: 10, pods: 4 });
    expect(decidedSteps(told([deployment]))).toEqual([{ atMs: 5, pods: 3 }]);
    expect(decidedSteps([])).toEqual([]);
  });

  it('differs from what was due by so many pods over the time that both are known', () => {
    const due = [0, 1000].map((atMs, i) => ({ atMs, valid: true, replicas: [2, 10][i]! }));
    const steps = [
      { atMs: 0, pods: 2 },
      { atMs: 2000, pods: 10 },
    ];
    // For one second of four the cluster asked for eight too few.
    expect(differenceOf(due, steps, 0, 4000)).toEqual({ pods: 8 / 4, signed: -8 / 4, byReading: 0 });
    expect(differenceOf(due, [], 0, 4000)).toBeNull();
    expect(differenceOf([], steps, 0, 4000)).toBeNull();
  });
});

describe('what the cluster’s autoscaler saw', () => {
  it('is told where it differed from what went into the calculation, by both means', () => {
    const seen = (atMs: number, stable: number, target: number): NewClusterReport => ({
      kind: 'autoscaler',
      revision: 'shop-00001',
      stable,
      panic: 1,
      target,
      desired: null,
      panicMode: null,
      excess: null,
      atMs,
      serverAtMs: null,
    });
    // The calculation's averages are 1 at each of its ticks, and it has no target.
    expect(correlate(recording([seen(0, 9, 5), seen(9000, 3, 5)]), 0).inputs).toEqual([
      expect.objectContaining({ input: 'stable', ours: 1, theirs: (9 + 3 + 3) / 3 }),
    ]);
    expect(correlate(recording([seen(0, 1, 5)]), 0).inputs).toEqual([]);
    // The calculation was never in panic, and says nothing of the activator: nor is it compared.
    const panic = { ...seen(0, 1, 5), panicMode: 1, excess: -3 };
    expect(correlate(recording([panic]), 0).inputs).toMatchObject([
      { input: 'panicMode', ours: 0, theirs: 1 },
    ]);
    const decided = recording([panic]);
    const beside = {
      ...decided,
      decisions: decided.decisions.map((one) => ({
        ...one,
        panicMode: true,
        reason: { excessBurstCapacity: 7 },
      })),
    };
    expect(correlate(beside, 0).inputs).toMatchObject([{ input: 'activator', ours: 0, theirs: 1 }]);
    // What was scraped once says nothing of decisions long after, and is of when it was scraped.
    const scraped = { ...seen(29_000, 9, 5), serverAtMs: 7900, heldMs: 2500 };
    expect(correlate(recording([scraped]), 0).inputs).toMatchObject([
      { input: 'stable', ours: 1, theirs: 9 },
    ]);
    expect(correlate(recording([{ ...scraped, serverAtMs: 11_000 }]), 0).inputs).toEqual([]);
    // While the API server said nothing what was read before does not hold.
    const fromMs = 1000;
    const gap = { id: 1, what: 'pods' as const, fromMs, toMs: 60_000, reason: 'the API server said nothing' };
    expect(correlate({ ...recording([seen(0, 9, 5)]), gaps: [gap] }, fromMs).inputs).toEqual([]);
    expect(correlate(recording([seen(0, 9, 5)]), fromMs).inputs).toHaveLength(1);
  });

  it('is told only where it explains that the cluster asked for other pods, not where it decided the same', () => {
    const seen = (stable: number): NewClusterReport => ({
      kind: 'autoscaler',
      ...{ revision: 'shop-00001', stable, panic: 1, target: null, desired: null, panicMode: null },
      ...{ excess: null, atMs: 0, serverAtMs: null },
    });
    const inputs = (...reports: NewClusterReport[]) =>
      correlate(recording([seen(9), ...reports]), 0).inputs.map(({ input }) => input);
    // The calculation asks for a second pod at 10 s; up to a tick later is the same decision.
    for (const atMs of [times.due - 1000, times.due, times.due + 1900])
      expect(inputs(scale(0, 1), scale(atMs, 2))).toEqual([]);
    expect(inputs(scale(0, 1), scale(times.due + 10_000, 2))).toEqual(['stable']);
    expect(inputs(scale(0, 1), scale(times.due, 5))).toEqual(['stable']);
    // Nobody knows what it decided.
    expect(inputs()).toEqual(['stable']);
  });

  it('is kept by revision, when it happened and only where it changed, to be drawn beside ours', () => {
    const seen = (revision: string, atMs: number, stable: number | null, more = {}): NewClusterReport => ({
      kind: 'autoscaler',
      ...{ revision, stable, panic: stable, target: 5, desired: null, panicMode: null, excess: null },
      ...{ atMs, serverAtMs: null, ...more },
    });
    const { autoscaler } = correlate(
      recording([
        seen('shop-00001', 2000, 4),
        seen('shop-00002', 20_000, 7, { serverAtMs: 500, heldMs: 2500 }),
        // What a server scrapes is told each time; what is read as it changes, once.
        seen('shop-00001', 4000, 4, { target: 6 }),
        seen('shop-00002', 6000, 7, { heldMs: 2500 }),
        seen('shop-00001', 8000, null),
        seen('shop-00001', 9000, 1),
      ]),
      0,
    );
    const numbers = (value: number) => ({ stable: value, panic: value, desired: null });
    expect(autoscaler).toEqual([
      {
        revision: 'shop-00002',
        steps: [
          { atMs: 500, ...numbers(7), isScrape: true },
          { atMs: 6000, ...numbers(7), isScrape: true },
        ],
      },
      {
        revision: 'shop-00001',
        steps: [
          { atMs: 2000, ...numbers(4) },
          { atMs: 9000, ...numbers(1) },
        ],
      },
    ]);
  });

  it('differs from when on to when', () => {
    const at = (atMs: number, stable: number): NewClusterReport => ({
      kind: 'autoscaler',
      ...{ revision: 'shop-00001', stable, panic: 1, target: null, desired: null, panicMode: null },
      ...{ excess: null, atMs, serverAtMs: null },
    });
    const { decisions } = recording([]);
    const [first, second, last] = decisions.map(({ atMs }) => atMs) as [number, number, number];
    const [difference] = correlate(recording([at(0, 1), at(second, 9)]), 0).inputs;
    expect(difference).toMatchObject({ input: 'stable', fromMs: second, toMs: last });
    expect(first).toBeLessThan(second);
  });
});

/** One scale-up from 1 to 2: the times of the second pod's way. */
const times = {
  due: 10_000,
  decided: 10_400,
  created: 10_600,
  scheduled: 10_700,
  pulled: 17_300,
  started: 17_500,
  ready: 19_400,
};
const pullMs = 6400;

function recording(reports: NewClusterReport[]): Recording {
  const event = (uid: string, phase: PodPhase, atMs: number, type: PodEvent['type'] = 'MODIFIED') => ({
    type,
    uid,
    name: uid,
    revision: 'shop-00001',
    phase,
    reason: null,
    resourceVersion: '',
    atMs,
    serverAtMs: null,
  });
  const decision = (id: number, atMs: number, replicas: number): Decision => ({
    id,
    atMs,
    valid: true,
    readyPods: 1,
    desiredPods: replicas,
    replicas,
    stableAverage: 1,
    panicAverage: 1,
    panicMode: false,
    boundBy: 'stable',
    reason: {},
  });
  return {
    series: [],
    points: [],
    concurrency: [],
    gaps: [],
    decisions: [decision(1, 8000, 1), decision(2, times.due, 2), decision(3, 30_000, 2)],
    podEvents: [
      event('p1', 'ready', 0, 'LIST'),
      event('p2', 'pending', times.created, 'ADDED'),
      event('p2', 'starting', times.started),
      event('p2', 'ready', times.ready),
    ].map((one, i) => ({ ...one, id: i + 1 })),
    reports: told(reports),
  };
}
const step = (
  name: 'scheduled' | 'initialized' | 'started' | 'ended' | 'status',
  atMs: number,
  more: Partial<Extract<NewClusterReport, { kind: 'pod' }>> = {},
): NewClusterReport => ({
  kind: 'pod',
  uid: 'p2',
  name: 'p2',
  step: name,
  node: null,
  container: null,
  role: null,
  reason: null,
  exitCode: null,
  restarts: null,
  atMs,
  serverAtMs: Math.floor(atMs / 1000) * 1000,
  ...more,
});
const app = { container: 'user-container', role: 'app' as const, restarts: 0 };
const pulled: NewClusterReport = {
  kind: 'event',
  object: 'Pod',
  uid: 'p2',
  name: 'p2',
  type: 'Normal',
  reason: 'Pulled',
  message: `Successfully pulled image "shop:1" in 1.2s (${pullMs / 1000}s including waiting). Image size: 5 bytes.`,
  count: 1,
  atMs: times.pulled,
  serverAtMs: null,
};
const whole = [
  scale(0, 1),
  scale(times.decided, 2),
  { kind: 'node' as const, name: 'node-2', atMs: times.created, serverAtMs: null },
  step('scheduled', times.scheduled, { node: 'node-2' }),
  pulled,
  step('started', times.started, app),
];
const partsOf = (reports: NewClusterReport[]) => {
  const { lagParts, matched } = correlate(recording(reports), 0);
  return { ...lagParts[matched[0]!.expected.id]!, totalMs: matched[0]!.lag.totalMs };
};

describe('where a lag went', () => {
  it('is told part by part, which add up to it', () => {
    const { parts, decidedMs, totalMs } = partsOf(whole);
    expect(decidedMs).toBe(times.decided);
    expect(parts).toEqual({
      decide: times.decided - times.due,
      act: times.created - times.decided,
      schedule: times.scheduled - times.created,
      pull: pullMs,
      init: 0,
      start: times.started - times.scheduled - pullMs,
      probe: times.ready - times.started,
      unknown: null,
    });
    expect(totalMs).toBe(times.ready - times.due);
    expect(lagPartNames.reduce((sum, part) => sum + (parts[part] ?? 0), 0)).toBe(totalMs);
    expect(mostOfLag([partsOf(whole)])).toMatchObject({ most: 'pull', mostMs: pullMs, totalMs });
  });

  it('is summed up over runs by what made most of each', () => {
    const run = (lagPart: LagPart | null, lagPartMs: number | null, lagMs: number | null) => ({
      lagPart,
      lagPartMs,
      lagMs,
    });
    const figures = [
      run('pull', 600, 1000),
      run('pull', 800, 1000),
      run('probe', 900, 1000),
      run(null, null, null),
    ];
    expect(mostOfRunsLag(figures)).toEqual({ part: 'pull', share: 1400 / 2000, runs: 2, of: 3 });
    expect(mostOfRunsLag([run(null, null, null)])).toBeNull();
  });

  it('is told as most of the lag only where it is more than half of it', () => {
    const said = (lagPartMs: number): string =>
      english(runsLagMessage(mostOfRunsLag([{ lagPart: 'pull', lagPartMs, lagMs: 1000 }])!));
    expect(said(510)).toContain('most of the lag, 51 %');
    expect(said(440)).toContain('the largest part of the lag, 44 %');
  });

  it('says what is not known, and still adds up', () => {
    const { parts, totalMs } = partsOf([
      step('status', times.ready, { reason: 'Running', serverAtMs: null }),
    ]);
    expect(parts).toMatchObject({
      decide: null,
      pull: null,
      act: times.created - times.due,
      unknown: times.started - times.created,
      probe: times.ready - times.started,
    });
    expect(lagPartNames.reduce((sum, part) => sum + (parts[part] ?? 0), 0)).toBe(totalMs);
  });

  it('counts init containers apart, and their images as pulls', () => {
    const initialized = 16_000;
    const { parts } = partsOf([
      ...whole.filter((one) => one !== pulled),
      {
        ...pulled,
        atMs: times.scheduled + pullMs / 2,
        message: `Successfully pulled image "init:1" in ${pullMs / 2}ms`,
      },
      step('started', 15_000, { ...app, container: 'download', role: 'init' }),
      step('initialized', initialized),
    ]);
    expect(parts).toMatchObject({
      pull: pullMs / 2,
      init: initialized - times.scheduled - pullMs / 2,
      start: times.started - initialized,
    });
  });

  it('follows a pod whose container ended with an error, and says with what', () => {
    const again = 18_000;
    const { waits, notes } = correlate(
      recording([
        ...whole,
        step('ended', 17_800, { ...app, reason: 'OOMKilled', exitCode: 137 }),
        step('status', 17_900, { reason: 'CrashLoopBackOff', serverAtMs: null }),
        step('started', again, { ...app, restarts: 1 }),
        ...[0, 1].map((i): NewClusterReport => ({
          ...pulled,
          kind: 'event',
          type: 'Warning',
          reason: 'BackOff',
          message: 'Back-off restarting failed container',
          atMs: 17_900 + i,
        })),
      ]),
      0,
    );
    expect(waits).toHaveLength(1);
    expect(waits[0]).toMatchObject({
      isNewNode: true,
      node: 'node-2',
      status: 'CrashLoopBackOff',
      failures: [{ container: 'user-container', reason: 'OOMKilled', exitCode: 137, times: 1 }],
    });
    expect(waits[0]!.spans.at(-1)).toEqual({ part: 'probe', fromMs: again, toMs: times.ready });
    expect(notes).toMatchObject([{ reason: 'BackOff', objects: 1, fromMs: 17_900, toMs: 17_901 }]);
  });

  it('takes what was told late, or together with what came after it, by the server’s clock', () => {
    const late = times.ready;
    const { waits } = correlate(
      recording([
        step('scheduled', late, { node: 'node-2', serverAtMs: 11_000 }),
        step('started', late, { ...app, serverAtMs: 18_000 }),
      ]),
      0,
    );
    expect(waits[0]!.spans).toEqual([
      { part: 'schedule', fromMs: times.created, toMs: 11_000 },
      { part: 'start', fromMs: 11_000, toMs: 18_000 + 500 },
      { part: 'probe', fromMs: 18_000 + 500, toMs: times.ready },
    ]);
  });

  it('is as before where the cluster said nothing', () => {
    const { lagParts, waits, decided, difference, notes, settings, inputs } = correlate(recording([]), 0);
    expect({ lagParts, waits, decided, difference, notes, settings, inputs }).toEqual({
      lagParts: {},
      waits: [],
      decided: [],
      difference: null,
      notes: [],
      settings: [],
      inputs: [],
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NewClusterReport } from '@/lib/model/cluster-report';
import { type Incident } from '@/lib/model/incident';
import { type Decision } from '@/lib/model/recording';
import { english } from '@/lib/words/english';
import { correlate } from './correlate';
import { culpritMessage, incidentMessage, printedParts } from './incident-message';
import { anyRecording, desired } from './any-recording';
import { madeRecording, many, type MadePod, type MadeRecording } from './made-recording';

function incidentsOf(one: MadeRecording): Incident[] {
  return correlate(madeRecording(one), 0, (one.seconds ?? 30) * 1000).incidents;
}

const told = (incident: Incident): string => english(incidentMessage(incident, 'http'));
const blamed = (incident: Incident): string => english(culpritMessage(incident));
const warm: MadePod = { ready: 0 };

/** The load jumps at second 6; the averages climb 1 → 3 → 6 → 9 → 10, and each pod needs 3 s to start. */
const spike: MadeRecording = {
  load: (second) => (second <= 6 ? 5 : 50),
  waiting: (second) => (second > 6 && second <= 15 ? 30 : 0),
  decisions: [
    [2000, 1],
    [7000, 3],
    [8000, 6],
    [9900, 9],
    [11_800, 10],
  ],
  pods: [
    warm,
    ...many(2, { made: 7100, ready: 10_000 }),
    ...many(3, { made: 8100, ready: 11_000 }),
    ...many(3, { made: 10_000, ready: 13_000 }),
    { made: 12_000, ready: 15_000 },
  ],
  reports: desired([0, 1], [7100, 3], [8100, 6], [10_000, 9], [11_900, 10]),
  tookMs: (second) => (second > 6 && second <= 15 ? 150 : 30),
};

describe('an incident', () => {
  it('is one for a load that jumps, whatever steps the autoscaler climbs by', () => {
    const [incident, ...others] = incidentsOf(spike);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      kind: 'short',
      cause: 'load',
      startMs: 6000,
      endMs: 15_000,
      doneMs: 15_000,
      end: 'done',
      load: { from: 5, to: 50 },
      pods: { from: 1, due: 10, reached: 10 },
      isUnclear: false,
    });
    expect(told(incident!)).toBe(
      'Load rose from 5 to 50 in flight at 6 s; capacity followed at 15 s, 9.0 s later: 1.0 s to notice, 4.8 s to climb in steps, 100 ms to decide, 100 ms to act, 3.0 s to start; 900 requests were slow, p95 of those 161 ms against 31 ms.',
    );
    expect(incident!.culprit.kind).toBe('did-not-see');
  });

  it('is told as not seen only where its averages are known to have been lower', () => {
    const { decisions } = madeRecording(spike);
    const culprit = (one: Partial<Decision>) =>
      incidentsOf({ ...spike, decisions: decisions.map((decision) => ({ ...decision, ...one })) })[0]!
        .culprit;
    expect(culprit({}).evidence.map(({ code }) => code)).toEqual(['incidents.average-was']);
    expect(culprit({ stableAverage: null, panicAverage: null })).toMatchObject({
      kind: 'unclear',
      doubt: 'no-data',
      evidence: [{ code: 'incidents.doubt-no-average' }],
    });
  });

  it('is one from zero pods: a cold start', () => {
    const [incident, ...others] = incidentsOf({
      load: (second) => (second <= 3 ? 0 : 10),
      waiting: (second) => (second === 4 || second === 5 ? 10 : 0),
      decisions: [
        [2000, 0],
        [3100, 1],
        [4000, 2],
      ],
      pods: [
        { made: 3200, ready: 5000 },
        { made: 4100, ready: 5000 },
      ],
    });
    expect(others).toEqual([]);
    expect(told(incident!)).toBe(
      'Load rose from 0 to 10 in flight at 3 s; capacity followed at 5 s, 2.0 s later: 100 ms to notice, 100 ms to decide and act, 1.8 s to start; none of 300 requests was slow.',
    );
  });

  it('begins with the pods that a cluster made at zero, where a reading shows later what they were made for', () => {
    const [incident, ...others] = incidentsOf({
      load: (second) => (second <= 4 ? 0 : 10),
      waiting: (second) => (second === 5 ? 10 : 0),
      decisions: [
        [2000, 0],
        [4100, 2],
      ],
      pods: many(2, { made: 3200, ready: 5000 }),
    });
    expect(others).toEqual([]);
    expect(told(incident!)).toBe(
      'Load rose from 0 to 10 in flight at 3.2 s; capacity followed at 5 s, 1.8 s later: 1.8 s to start; none of 300 requests was slow.',
    );
  });

  it('is in doubt where pods were there for a load that nobody recorded, not where the run before was', () => {
    const over: MadeRecording = {
      load: (second) => (second <= 3 ? 0 : 40),
      decisions: [
        [2000, 4],
        [8000, 8],
      ],
      pods: [...many(4, { ready: 0 }), ...many(4, { made: 8100, ready: 9000 })],
    };
    const doubtOf = (reason: Decision['reason']) => incidentsOf({ ...over, reason })[0]!.culprit.doubt;
    expect([doubtOf({}), doubtOf({ pastKnown: true })]).toEqual(['no-history', null]);
  });

  it('holds the pull of an image apart where the cluster tells of it, with its own word', () => {
    const reports: NewClusterReport[] = [
      ...desired([0, 1], [7000, 2]),
      ...(['scheduled', 'initialized'] as const).map((step): NewClusterReport => ({
        kind: 'pod',
        uid: 'p1',
        name: 'p1',
        step,
        node: 'n1',
        container: null,
        role: null,
        reason: null,
        exitCode: null,
        restarts: null,
        atMs: 7200,
        serverAtMs: null,
      })),
      {
        kind: 'event',
        object: 'Pod',
        uid: 'p1',
        name: 'p1',
        type: 'Warning',
        reason: 'Failed',
        message: 'toomanyrequests',
        count: 1,
        atMs: 9000,
        serverAtMs: null,
      },
      {
        kind: 'event',
        object: 'Pod',
        uid: 'p1',
        name: 'p1',
        type: 'Normal',
        reason: 'Pulled',
        message: 'Successfully pulled image "hello" in 8.8s (8.8s including waiting)',
        count: 1,
        atMs: 16_000,
        serverAtMs: null,
      },
      {
        kind: 'pod',
        uid: 'p1',
        name: 'p1',
        step: 'started',
        node: 'n1',
        container: 'hello',
        role: 'app',
        reason: null,
        exitCode: null,
        restarts: null,
        atMs: 16_500,
        serverAtMs: null,
      },
    ];
    const [incident] = incidentsOf({
      load: (second) => (second <= 6 ? 5 : 10),
      decisions: [
        [2000, 1],
        [7000, 2],
      ],
      pods: [warm, { made: 7100, ready: 18_000 }],
      reports,
    });
    expect(told(incident!)).toBe(
      'Load rose from 5 to 10 in flight at 6 s; capacity followed at 18 s, 12.0 s later: 1.0 s to notice, 100 ms to act, 100 ms to schedule, 8.8 s to pull the image, 500 ms to start, 1.5 s to pass the probe; none of 1,300 requests was slow.',
    );
    expect(blamed(incident!)).toBe('could not start: 1 pod was pending, Failed (p1): toomanyrequests');
  });

  it('follows a ramp as one, as long as capacity was behind all the time', () => {
    const steps = Array.from({ length: 9 }, (_, i) => i + 2);
    const [incident, ...others] = incidentsOf({
      load: (second) => Math.max(5, Math.min(50, (second - 5) * 5)),
      decisions: [[2000, 1], ...steps.map((pods): [number, number] => [(pods + 5) * 1000, pods])],
      pods: [
        warm,
        ...steps.map((pods) => ({ made: (pods + 5) * 1000 + 100, ready: (pods + 5) * 1000 + 2000 })),
      ],
    });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ startMs: 6500, endMs: 17_000, load: { from: 5, to: 50 } });
    expect(incident!.parts.map(({ part }) => part)).toContain('climb');
  });

  it('tells max-scale where as many as are allowed are ready and requests wait', () => {
    const [incident, ...others] = incidentsOf({
      load: (second) => (second <= 6 ? 5 : 60),
      waiting: (second) => (second > 6 && second <= 25 ? 40 : 0),
      decisions: [
        [2000, 1],
        [7000, 4],
      ],
      reason: { maxScale: 4 },
      pods: [warm, ...many(3, { made: 7100, ready: 9000 })],
    });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ startMs: 6000, endMs: 25_000, culprit: { kind: 'not-allowed' } });
    expect(told(incident!)).toContain('1.9 s to start, 16.0 s at the limit');
    expect(blamed(incident!)).toBe(
      'not enough allowed: max-scale allows 4 pods; a load of 60 asked for 12: raise it, or have each pod take more',
    );
  });

  it('tells pods that are idle after the load fell, and how much of it the settings ask for', () => {
    const [incident, ...others] = incidentsOf({
      seconds: 90,
      load: (second) => (second <= 10 ? 50 : 5),
      decisions: [
        [2000, 10],
        [70_000, 1],
      ],
      reason: { minScale: 1 },
      pods: [warm, ...many(9, { ready: 0, ending: 72_000, gone: 75_000 })],
      reports: desired([0, 10], [71_500, 1]),
    });
    expect(others).toEqual([]);
    expect(told(incident!)).toBe(
      'Load fell from 50 to 5 in flight at 10 s; pods followed at 75 s, 65.0 s later: 60.0 s as the settings ask, 1.5 s to decide, 500 ms to act, 3.0 s to end; 558 pod-seconds were idle, 540 of them within the settings.',
    );
    expect(blamed(incident!)).toBe('as the settings ask: pods are kept for a window of 1 min');
  });

  it('says that pods never came, and that the cluster decided none', () => {
    const [incident] = incidentsOf({
      load: (second) => (second <= 6 ? 5 : 50),
      decisions: [
        [2000, 1],
        [7000, 10],
      ],
      pods: [warm],
      reports: desired([0, 1]),
    });
    expect(incident).toMatchObject({ startMs: 6000, endMs: 30_000, doneMs: null, end: 'open' });
    expect(told(incident!)).toBe(
      'Load rose from 5 to 50 in flight at 6 s; capacity had not followed at 30 s, 24.0 s later, with 1 of 10 pods ready: 1.0 s to notice, 23.0 s to decide; none of 2,400 requests was slow.',
    );
    expect(blamed(incident!)).toBe(
      'did not decide: for 23.0 s the cluster’s autoscaler asked for 1 pod where 10 were due',
    );
  });

  it('takes what was decided before its word was lost for no evidence of what was decided then', () => {
    const blamedWithout = (resource: string): string => {
      const [incident] = incidentsOf({
        load: (second) => (second <= 6 ? 5 : 50),
        decisions: [
          [2000, 1],
          [7000, 10],
        ],
        pods: [warm],
        reports: desired([0, 1]),
        gaps: [{ what: 'reports', fromMs: 4000, toMs: null, data: { resource } }],
      });
      expect(incident).toMatchObject({ isUnclear: false, end: 'open' });
      return blamed(incident!);
    };
    expect(blamedWithout('podautoscalers.autoscaling.internal.knative.dev')).toBe(
      'did not act: 10 pods were due; what the cluster’s autoscaler decided is not known, what the cluster decided was not recorded from 4 s to 30 s',
    );
    expect(blamedWithout('nodes')).toMatch(/^did not decide: for 23.0 s/);
  });

  it('ends with the load where that goes before capacity has come', () => {
    const [incident] = incidentsOf({
      load: (second) => (second > 6 && second <= 9 ? 50 : 5),
      decisions: [
        [2000, 1],
        [7000, 10],
      ],
      pods: [warm, ...many(9, { made: 7100, ready: 20_000 })],
    });
    expect(incident).toMatchObject({ startMs: 6000, endMs: 9000, doneMs: null, end: 'load' });
  });

  it('blames nobody for a pod at a rounding edge', () => {
    const [incident, ...others] = incidentsOf({
      load: () => 49.4,
      reason: { target: 7 },
      decisions: [
        [2000, 7, 49],
        [7000, 8, 49.4],
      ],
      pods: many(7, warm),
    });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ isUnclear: true, culprit: { kind: 'unclear', doubt: 'rounding-edge' } });
    expect(blamed(incident!)).toBe(
      'cannot tell: 49.4 ÷ 7 = 7.06: 8 pods by our reading, and by one only a little lower 7',
    );
  });

  it('leaves a pod at an edge out of what is certain', () => {
    const [sure, edge, ...others] = incidentsOf({
      load: (second) => (second <= 6 ? 5 : 49.4),
      reason: { target: 7 },
      decisions: [
        [2000, 1],
        [7000, 8, 49.4],
      ],
      pods: [warm, ...many(6, { made: 7100, ready: 10_000 })],
    });
    expect(others).toEqual([]);
    expect(sure).toMatchObject({ startMs: 6000, endMs: 10_000, isUnclear: false });
    expect(edge).toMatchObject({ startMs: 10_000, isUnclear: true });
  });

  it('blames nobody for pods of which nobody calculated whether they were due', () => {
    const [incident, ...others] = incidentsOf({
      load: () => 5,
      pods: [warm, ...many(3, { made: 4000, ready: 5000, ending: 20_000, gone: 21_000 })],
    });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ kind: 'idle', isUnclear: true, culprit: { doubt: 'no-data' } });
    expect(blamed(incident!)).toBe('cannot tell: how many pods were due was not calculated then');
  });

  it('blames nobody over a gap of the recording', () => {
    const [incident] = incidentsOf({
      ...spike,
      gaps: [{ what: 'concurrency', fromMs: 8000, toMs: 9500 }],
    });
    expect(incident).toMatchObject({ isUnclear: true, culprit: { doubt: 'gap' } });
    expect(blamed(incident!)).toBe('cannot tell: the concurrency was not recorded from 8 s to 9.5 s');
  });

  it('tells the pods that were due where the cluster had them before the calculation asked', () => {
    const [incident] = incidentsOf({
      load: (second) => (second <= 3 ? 0 : 4),
      decisions: [
        [2000, 0],
        [5000, 1],
      ],
      pods: [{ made: 4200, ready: 4800 }],
    });
    expect(incident).toMatchObject({ startMs: 3000, endMs: 4800, pods: { from: 0, due: 1, reached: 1 } });
  });

  it('is pods that went under load, too', () => {
    const [incident, ...others] = incidentsOf({
      load: () => 10,
      waiting: (second) => (second > 10 && second <= 14 ? 5 : 0),
      decisions: [[2000, 2]],
      pods: [warm, { ready: 0, ending: 10_000, gone: 10_100, lost: true }, { made: 10_100, ready: 14_000 }],
    });
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ cause: 'pods', startMs: 10_000, endMs: 14_000 });
    expect(blamed(incident!)).toMatch(/^lost pods: 1 ready pod went/);
  });
});

describe('the incidents of any recording', () => {
  const each = (holds: (one: MadeRecording, incidents: Incident[]) => void): void =>
    fc.assert(fc.property(anyRecording, (one) => holds(one, incidentsOf(one))));

  it('have parts that follow each other from beginning to end, and add up as printed', () => {
    each((_, incidents) => {
      for (const incident of incidents) {
        let atMs = incident.startMs;
        for (const { fromMs, toMs } of incident.parts) {
          expect(fromMs).toBe(atMs);
          expect(toMs).toBeGreaterThan(fromMs);
          atMs = toMs;
        }
        expect(atMs).toBe(incident.endMs);
        const { totalMs, parts } = printedParts(incident);
        expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(totalMs);
      }
    });
  });

  it('do not overlap, and are in order', () => {
    each((_, incidents) => {
      for (const [i, { startMs, endMs }] of incidents.entries()) {
        expect(endMs).toBeGreaterThan(startMs);
        expect(startMs).toBeGreaterThanOrEqual(incidents[i - 1]?.endMs ?? 0);
      }
    });
  });

  it('hold each late scale-up once', () => {
    each((one) => {
      const { matched, incidents } = correlate(madeRecording(one), 0, one.seconds! * 1000);
      for (const { expected, doneMs } of matched) {
        if (expected.to <= expected.from || doneMs === null || doneMs <= expected.atMs) continue;
        expect(incidents.filter(({ eventIds }) => eventIds.includes(expected.id))).toHaveLength(1);
      }
    });
  });

  it('count no request twice', () => {
    each((one, incidents) => {
      const counted = incidents.reduce((sum, { slow }) => sum + (slow?.requests ?? 0), 0);
      expect(counted).toBeLessThanOrEqual(one.seconds! * 100);
    });
  });
});

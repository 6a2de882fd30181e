import { describe, expect, it } from 'vitest';
import { type RequestColumn } from '@/lib/timeline/columns';
import { correlateOverview, type OverviewRows } from '@/lib/timeline/overview';
import { type Run } from '@/lib/model/run';
import { RequestTable } from './columns';
import { makeModel } from './model';
import { readingAt } from './reading';

const sample = (id: number, atMs: number, total: number, instant = false) => ({
  id,
  fromMs: instant ? atMs : atMs - 1000,
  atMs,
  source: 'gateway' as const,
  active: total,
  waiting: 0,
  total,
  instant,
});
const second: RequestColumn = {
  id: 1,
  fromMs: 0,
  toMs: 1000,
  pushes: 1,
  counts: { '2xx': 40, '3xx': 0, '4xx': 0, '5xx': 0, none: 0, unknown: 0 },
  requests: 40,
  failures: 0,
  iterations: 40,
  durations: null,
};
const recording: OverviewRows = {
  podEvents: [{ id: 1, atMs: 500, type: 'ADDED', uid: 'a', name: 'a', phase: 'ready', reason: null }],
  concurrency: [sample(1, 200, 50, true), sample(2, 1000, 30), sample(3, 2000, 10)],
  decisions: [
    {
      id: 1,
      atMs: 600,
      valid: true,
      readyPods: 1,
      desiredPods: 4,
      replicas: 4,
      stableAverage: 20,
      panicAverage: 20,
      panicMode: true,
      boundBy: 'panic',
      reason: { target: 5, panicThreshold: 2 },
    },
  ],
  decisionCount: 1,
  gaps: [],
  checks: [],
  series: [],
  points: [],
};
const table = new RequestTable();
table.append([second]);
// Of a run the model needs these alone.
const run = { loadStartMs: 0, loadEndMs: null, endedAtMs: null, state: 'running' } as Run;
const correlation = correlateOverview({ ...recording, columns: [second] }, 0, null);
const model = makeModel(run, recording, table, correlation, null);

describe('readingAt', () => {
  it('reads all charts at one moment', () => {
    const reading = readingAt(model, 900);
    expect(reading.requests?.rate).toBe(40);
    expect(reading.pods?.ready).toBe(1);
    expect(reading.decision?.replicas).toBe(4);
    expect(reading.concurrency?.total).toBe(30);
    expect([reading.target, reading.panic]).toEqual([5, 10]);
  });

  it('takes the sample of the second that the moment lies in, never an instant one', () => {
    expect(readingAt(model, 100).concurrency?.total).toBe(30);
    expect(readingAt(model, 1001).concurrency?.total).toBe(10);
    expect(readingAt(model, 2100).concurrency?.total).toBe(10);
    expect(readingAt(model, 9000).concurrency).toBeNull();
  });

  it('reads a revision’s averages beside the cluster’s own, as long as what was scraped says anything', () => {
    const steps = [{ atMs: 500, stable: 18, panic: 25, desired: 5, isScrape: true as const }];
    const seen = { ...correlation, autoscaler: [{ revision: 'shop-00001', steps }] };
    const beside = makeModel(run, recording, table, seen, null);
    expect(readingAt(beside, 900)).toMatchObject({
      averages: { ownStable: 20, ownPanic: 20, theirStable: 18, theirPanic: 25 },
      theirDesired: 5,
    });
    expect(readingAt(beside, 200_000)).toMatchObject({
      averages: { theirStable: null, theirPanic: null },
      theirDesired: null,
    });
    expect(readingAt(model, 900).averages).toBeNull();
  });

  it('says nothing of a revision before it came: until then the averages were the first one’s', () => {
    const seenOf = (revision: string) => ({
      revision,
      steps: [{ atMs: 500, stable: 0, panic: 0, desired: 0 }],
    });
    const revisionOf = (revision: string) => ({
      revision,
      share: null,
      peakInFlight: null,
      peakReadyPods: 1,
      podSeconds: 1,
      target: 5,
      minScale: 0,
      maxScale: 0,
      decided: [],
    });
    const names = ['shop-00001', 'shop-00002'];
    const two = { ...correlation, autoscaler: names.map(seenOf), revisions: names.map(revisionOf) };
    const both = makeModel(run, recording, table, two, null);
    expect(readingAt(both, 900, names[0]).averages).toMatchObject({ ownStable: 20, theirStable: 0 });
    expect(readingAt(both, 900, names[1]).averages).toMatchObject({ ownStable: null, theirStable: 0 });
  });

  it('counts pods at once, and takes over a correlation that still holds', () => {
    expect(makeModel(run, { ...recording }, table, correlation, model).correlation).toBe(model.correlation);
    const more = {
      ...recording,
      podEvents: [...recording.podEvents, { ...recording.podEvents[0]!, id: 2, uid: 'b', atMs: 1900 }],
    };
    const next = makeModel(run, more, table, correlation, model);
    expect(readingAt(next, 1950).pods?.ready).toBe(2);
    expect(next.correlation.expected).toBe(correlation.expected);
  });
});

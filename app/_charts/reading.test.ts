import { describe, expect, it } from 'vitest';
import { correlate } from '@/lib/timeline/correlate';
import { type Recording } from '@/lib/timeline/recording';
import { type Run } from '@/lib/timeline/run';
import { RequestTable } from './columns';
import { makeModel } from './model';
import { readingAt } from './reading';

const sample = (id: number, atMs: number, total: number, instant = false) => ({ id, atMs, source: 'gateway' as const, active: total, waiting: 0, total, instant });
const recording: Recording = {
  series: [{ id: 1, metric: 'http_reqs', type: 'counter', unit: 'none', tags: { status: '200' } }],
  points: [{ id: 1, seriesId: 1, atMs: 1000, value: 40, histogram: null }],
  podEvents: [{ id: 1, atMs: 500, serverAtMs: null, type: 'ADDED', uid: 'a', name: 'a', revision: null, phase: 'ready', reason: null, resourceVersion: '1' }],
  concurrency: [sample(1, 200, 50, true), sample(2, 1000, 30), sample(3, 2000, 10)],
  decisions: [{ id: 1, atMs: 600, valid: true, readyPods: 1, desiredPods: 4, replicas: 4, stableAverage: 20, panicAverage: 20, panicMode: true, boundBy: 'panic', reason: { target: 5, panicThreshold: 2 } }],
  gaps: [],
};
const table = new RequestTable();
table.append(recording, 0);
// Of a run the model needs these alone.
const run = { loadStartMs: 0, loadEndMs: null, endedAtMs: null, state: 'running' } as Run;
const model = makeModel(run, recording, table, null);

describe('readingAt', () => {
  it('reads all charts at one moment', () => {
    const reading = readingAt(model, 900);
    expect(reading.requests?.rate).toBe(40);
    expect(reading.pods.ready).toBe(1);
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

  it('keeps the correlation while its part of the recording is the same', () => {
    expect(makeModel(run, { ...recording, points: [] }, table, model).correlation).toBe(model.correlation);
    expect(model.correlation).toEqual(correlate(recording, 0));
  });
});

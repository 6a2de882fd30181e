import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '@/lib/store/client';
import { newDatabase } from '@/lib/store/fake-database';
import {
  appendConcurrency,
  appendDecision,
  appendPodEvents,
  appendPoints,
  ensureSeries,
  readRecording,
} from '@/lib/store/recording';
import { leadRun } from '@/lib/store/lead-run';
import { editRun, findRun, insertRun } from '@/lib/store/runs';
import { registerService } from './fake-run';
import { deleteRuns } from '@/lib/store/deleted-runs';
import { readSetting, retentionSchema, writeSetting } from '@/lib/store/settings';
import { overviewOf } from '@/lib/timeline/overview';
import { type Recording } from '@/lib/model/recording';
import { latencyBetween } from '@/lib/timeline/requests';
import { expectedScaleEvents } from '@/lib/timeline/scale-events';
import { figuresOf } from './figures';
import { removeDeleted, undoMs } from './housekeeping';
import { applyRetention, planRetention } from './retention';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-retention-'));
const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 5, 1);
let store: Store;

const figures = (recording: Recording): ReturnType<typeof figuresOf> =>
  figuresOf(overviewOf(recording, 0), null, 0, 60_000);
const durations = (recording: Recording): ReturnType<typeof latencyBetween> =>
  latencyBetween(recording, -Infinity, Infinity);

/** A run of 60 s: requests, latencies and concurrency each second, decisions each two, pods from 1 to 10. */
async function record(id: string, ageDays: number): Promise<void> {
  const service = await registerService(store, 's', nowMs);
  await insertRun(store, {
    id,
    run: { name: id, service, scriptName: 'tutorial', scriptText: '', env: {}, options: {}, tags: [] },
    ingestSecretHash: '',
    createdAtMs: nowMs - ageDays * dayMs,
  });
  await leadRun(store, id, 'finished', { originMs: 0, loadStartMs: 0, loadEndMs: 60_000 });
  const tags = { status: '200', expected_response: 'true' };
  const counter = await ensureSeries(store, id, { metric: 'http_reqs', type: 'counter', unit: 'none', tags });
  const trend = await ensureSeries(store, id, {
    metric: 'http_req_duration',
    type: 'trend',
    unit: 'seconds',
    tags,
  });
  const gauge = await ensureSeries(store, id, { metric: 'vus', type: 'gauge', unit: 'none', tags: {} });
  for (let second = 1; second <= 60; second++) {
    const atMs = second * 1000 + 40;
    await appendPoints(store, id, [
      { seriesId: counter, atMs, value: second, histogram: null },
      {
        seriesId: trend,
        atMs,
        value: null,
        histogram: {
          schema: 3,
          zeroThreshold: 0,
          zeroCount: 0,
          count: second,
          sum: second * 0.03,
          cells: [[-40 + (second % 30), second]],
        },
      },
      { seriesId: gauge, atMs, value: 50 - second / 2, histogram: null },
    ]);
    await appendConcurrency(store, id, {
      atMs,
      source: 'gateway',
      active: second,
      waiting: 2,
      total: second + 2,
      instant: second === 1,
    });
    if (second % 2 === 0) {
      const replicas = second < 7 ? 1 : second < 40 ? 10 : 4;
      await appendDecision(store, id, {
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
    }
  }
  await appendPodEvents(
    store,
    id,
    [1, 2, 3].map((pod) => ({
      atMs: pod * 900,
      serverAtMs: null,
      type: 'ADDED',
      uid: `${pod}`,
      name: `p${pod}`,
      revision: null,
      phase: 'ready',
      reason: null,
      resourceVersion: '1',
    })),
  );
}

beforeAll(async () => {
  store = await openStore(await newDatabase(folder));
  await record('young', 3);
  await record('old', 40);
  await record('ancient', 400);
  await record('pinned', 500);
  await editRun(store, 'pinned', { pinned: true });
  await record('baseline', 600);
  await store.baseline.create({
    data: {
      namespace: 'default',
      serviceName: 's',
      scriptName: 'tutorial',
      runId: 'baseline',
      setAtMs: nowMs,
    },
  });
  await record('imported', 700);
  await store.run.update({ where: { id: 'imported' }, data: { importedFrom: 'hey' } });
});

afterAll(async () => {
  await store.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

const retention = { thin: { afterDays: 30, stepSeconds: 10 }, remove: { afterDays: 365 } };

describe('retention', () => {
  it('is off until it is set, and refuses what makes no sense', async () => {
    expect(await readSetting(store, 'retention')).toEqual({ thin: null, remove: null });
    expect(await planRetention(store, { thin: null, remove: null }, nowMs)).toEqual({
      thin: [],
      remove: [],
      kept: 0,
    });
    await writeSetting(store, 'retention', retention, nowMs);
    expect(await readSetting(store, 'retention')).toEqual(retention);
    const refused = retentionSchema.safeParse({
      thin: { afterDays: 30, stepSeconds: 1 },
      remove: { afterDays: 30 },
    });
    expect(refused.error?.issues.map(({ path }) => path.join('.'))).toContain('thin.stepSeconds');
    expect(
      retentionSchema.safeParse({ ...retention, remove: { afterDays: 30 } }).error?.issues[0]?.path,
    ).toEqual(['remove', 'afterDays']);
  });

  it('says what it would do, and changes nothing by that', async () => {
    expect(await planRetention(store, retention, nowMs)).toEqual({
      thin: ['old'],
      remove: ['ancient'],
      kept: 3,
    });
    expect((await findRun(store, 'old'))?.thinnedStepMs).toBeNull();
  });

  it('thins with exact totals, keeps each scale event, and removes only what it may', async () => {
    const before = await readRecording(store, 'old', { detail: true });
    await applyRetention(store, retention, nowMs);
    const after = await readRecording(store, 'old', { detail: true });

    const counts = (recording: typeof before): Record<string, number> =>
      Object.fromEntries(Object.entries(recording).map(([kind, rows]) => [kind, rows.length]));
    // 60 seconds that end 40 ms late touch 7 steps of ten.
    expect(counts(before)).toEqual({
      series: 3,
      points: 180,
      podEvents: 3,
      concurrency: 60,
      decisions: 30,
      gaps: 0,
    });
    expect(counts(after)).toMatchObject({ series: 3, points: 21, podEvents: 3, concurrency: 8 });
    expect(after.decisions.length).toBeLessThan(12);
    expect(durations(after)).toEqual({
      ...durations(before),
      sum: expect.closeTo(0.03 * 1830, 9) as unknown,
    });
    expect(figures(after)).toEqual(figures(before));
    expect(figures(after).requests).toBe(1830);
    const events = (recording: typeof before): unknown =>
      expectedScaleEvents(recording.decisions, 1).map(({ atMs, from, to }) => ({ atMs, from, to }));
    expect(events(after)).toEqual(events(before));
    expect(events(after)).toHaveLength(2);
    const gauge = after.series.find(({ metric }) => metric === 'vus')!;
    expect(after.points.filter(({ seriesId }) => seriesId === gauge.id).at(-1)?.value).toBe(20);

    expect((await findRun(store, 'old'))?.thinnedStepMs).toBe(10_000);
    expect(await findRun(store, 'ancient')).toBeNull();
    expect(await store.metricPoint.count({ where: { runId: 'ancient' } })).toBe(0);
    for (const id of ['young', 'pinned', 'baseline', 'imported']) {
      expect((await readRecording(store, id)).points).toHaveLength(180);
      expect((await findRun(store, id))?.thinnedStepMs).toBeNull();
    }
  });

  it('leaves what is thinned so far alone, unless coarser steps are asked for', async () => {
    expect((await planRetention(store, retention, nowMs)).thin).toEqual([]);
    const coarser = { thin: { afterDays: 30, stepSeconds: 30 }, remove: null };
    expect((await applyRetention(store, coarser, nowMs)).thin).toEqual(['old']);
    const recording = await readRecording(store, 'old');
    expect(figures(recording).requests).toBe(1830);
    expect(recording.points).toHaveLength(9);
  });
});

describe('removeDeleted', () => {
  it('removes a deleted run only when it can no longer be taken back', async () => {
    await deleteRuns(store, ['young'], nowMs);
    await removeDeleted(store, nowMs + undoMs);
    expect(await store.run.count({ where: { id: 'young' } })).toBe(1);
    await removeDeleted(store, nowMs + undoMs + 1);
    expect(await store.run.count({ where: { id: 'young' } })).toBe(0);
  });
});

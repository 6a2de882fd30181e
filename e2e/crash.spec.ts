import { execFileSync } from 'node:child_process';
import { expect, request, type APIRequestContext } from '@playwright/test';
import { test } from './test';
import { z } from 'zod';
import { packedOverviewSchema, unpackOverview } from '@/lib/timeline/overview-encode';
import { type Recording } from '@/lib/model/recording';
import { type RequestColumn } from '@/lib/timeline/columns';
import { type Run } from '@/lib/model/run';
import { childrenOf } from '@/scripts/bench/cpu';
import { isK6Of, listProcesses } from '@/scripts/process-table';
import { Processes } from '@/scripts/processes';
import { apiOf, applyTutorial, recordingOf as recordedOf, untilEnded } from './api';
import { ownState } from './own-state';
import { dashboardPort } from './ports';

const port = dashboardPort + 10;
const ports = { gateway: port + 1, api: port + 2, metrics: port + 3 };
const steady = `
import http from 'k6/http';
export const options = { scenarios: { steady: { executor: 'constant-arrival-rate', rate: 40, duration: __ENV.LENGTH, preAllocatedVUs: 40 } } };
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });
`;

const processes = new Processes();
let api: APIRequestContext;
let kubeconfig = '';
let serviceId = '';
let dashboardPid = 0;
let labPid = 0;

/** The process that `start` adds to this one's children. */
async function pidOf<T>(start: () => Promise<T>): Promise<{ pid: number; result: T }> {
  const before = childrenOf(process.pid);
  const result = await start();
  const pid = childrenOf(process.pid).find((child) => !before.includes(child));
  return { pid: pid!, result };
}

async function startLab(): Promise<void> {
  const { pid, result } = await pidOf(() => processes.startLab(ports));
  labPid = pid;
  kubeconfig = result.kubeconfig;
}

async function startDashboard(): Promise<void> {
  dashboardPid = (
    await pidOf(() =>
      processes.startDashboard({ mode: 'start', host: '127.0.0.1', port, env: { KUBECONFIG: kubeconfig } }),
    )
  ).pid;
}

async function startSteady(length: string): Promise<Run> {
  const body = { serviceId, scriptName: 'steady', scriptText: steady, env: { LENGTH: length } };
  return (await apiOf(api)('POST /api/runs', { body })).run;
}

const recordingOf = (id: string): Promise<Recording> => recordedOf(api, id);

/** k6's processes of this run. One look at all, since others come and go meanwhile. */
function k6Of(id: string): number[] {
  return listProcesses()
    .filter((one) => isK6Of(id, one))
    .map(({ pid }) => pid);
}

const untilSeconds = (id: string, seconds: number): Promise<void> =>
  expect
    .poll(async () => new Set((await recordingOf(id)).points.map((point) => point.atMs)).size, {
      timeout: 60_000,
      intervals: [300],
    })
    .toBeGreaterThanOrEqual(seconds);

test.beforeAll(async () => {
  await ownState('crash');
  await startLab();
  await startDashboard();
  api = await request.newContext({ baseURL: `http://127.0.0.1:${port}` });
  serviceId = await applyTutorial(api);
});

test.afterAll(async () => {
  await api?.dispose();
  await processes.stopAll();
});

test('a dashboard killed in the middle of a run leaves no k6, keeps each second, and goes on with the queue', async ({
  page,
}) => {
  const run = await startSteady('40s');
  const queued = await startSteady('2s');
  await untilSeconds(run.id, 4);
  expect(k6Of(run.id)).toHaveLength(1);
  const before = await recordingOf(run.id);
  await page.goto(`http://127.0.0.1:${port}/runs/${run.id}`);
  await expect(page.getByRole('tab', { name: 'Decisions' })).toBeVisible();
  const gone = page.getByRole('alert').filter({ hasText: 'Scaletrace does not answer' });
  process.kill(dashboardPid, 'SIGKILL');
  await expect(gone.first()).toBeVisible({ timeout: 15_000 });
  await expect.poll(() => k6Of(run.id), { timeout: 20_000 }).toEqual([]);

  await startDashboard();
  await expect(gone).toHaveCount(0, { timeout: 15_000 });
  await expect(page.getByText('Interrupted').first()).toBeVisible();
  const { run: interrupted } = await apiOf(api)('GET /api/runs/{id}', { params: { id: run.id } });
  expect(interrupted.state).toBe('interrupted');
  expect(interrupted.stateReason).not.toBeNull();
  expect(interrupted.figures.requests).toBeGreaterThan(0);
  const after = await recordingOf(run.id);
  const points = new Set(after.points.map((point) => point.id));
  expect(before.points.filter((point) => !points.has(point.id))).toEqual([]);
  expect(after.gaps.filter((gap) => gap.toMs === null)).toEqual([]);
  const next = await untilEnded(api, queued.id);
  expect([next.state, next.stateReason]).toEqual(['finished', null]);
});

test('a dashboard killed in the middle of a load by k6-operator goes on with it: each request is counted once, and the gap is told', async () => {
  const body = {
    serviceId,
    scriptName: 'steady',
    scriptText: `${steady}
      export const setup = () => ({});
      options.thresholds = { http_reqs: ['count>=1'], http_req_failed: ['rate<1'] };`,
    env: { LENGTH: '5m' },
    operator: { runners: 2, image: 'grafana/k6:1.8.1' },
  };
  const { run } = await apiOf(api)('POST /api/runs', { body });
  await untilSeconds(run.id, 3);
  const before = await recordingOf(run.id);
  process.kill(dashboardPid, 'SIGKILL');
  // Its port is free once it is gone.
  await expect.poll(() => childrenOf(process.pid), { timeout: 20_000 }).not.toContain(dashboardPid);
  await startDashboard();
  const latest = Math.max(...before.points.map(({ atMs }) => atMs));
  await expect
    .poll(async () => (await recordingOf(run.id)).points.filter(({ atMs }) => atMs > latest).length, {
      timeout: 60_000,
      intervals: [300],
    })
    .toBeGreaterThan(0);
  await apiOf(api)('POST /api/runs/{id}/stop', { params: { id: run.id }, body: { mode: 'graceful' } });
  const ended = await untilEnded(api, run.id);
  expect(ended.state).toBe('stopped');
  const { series, points, gaps } = await recordingOf(run.id);
  const ids = new Set(points.map(({ id }) => id));
  expect(before.points.filter(({ id }) => !ids.has(id))).toEqual([]);
  const requests = series.filter(({ metric }) => metric === 'http_reqs').map(({ id }) => id);
  const recorded = points.reduce(
    (sum, point) => sum + (requests.includes(point.seriesId) ? point.value! : 0),
    0,
  );
  // k6's own count, by the summaries that both runners wrote at their end.
  expect(ended.summary?.metrics.find(({ metric }) => metric === 'http_reqs')?.values.count).toBe(recorded);
  expect(ended.summary?.metrics.flatMap(({ thresholds }) => thresholds.map(({ ok }) => ok))).toEqual([
    true,
    true,
  ]);
  const gap = gaps.find(({ code, what }) => code === 'gaps.scaletrace-away' && what === 'requests');
  expect(gap?.toMs).toBeGreaterThan(gap!.fromMs);
  expect(gaps.filter(({ toMs }) => toMs === null)).toEqual([]);
});

test('a k6 that was killed makes the run failed, with the reason', async () => {
  const run = await startSteady('40s');
  await untilSeconds(run.id, 2);
  for (const pid of k6Of(run.id)) process.kill(pid, 'SIGKILL');
  const ended = await untilEnded(api, run.id);
  expect(ended.state).toBe('failed');
  expect(ended.stateReason).toMatch(/kill/i);
  expect(ended.figures.requests).toBeGreaterThan(0);
});

test('a lab that was killed takes its pods with it; the gap is recorded and the watch resumes', async () => {
  const run = await startSteady('25s');
  await untilSeconds(run.id, 3);
  const pods = childrenOf(labPid);
  expect(pods.length).toBeGreaterThan(0);
  process.kill(labPid, 'SIGKILL');
  await expect
    .poll(
      () =>
        pods.filter(
          (pid) =>
            execFileSync('sh', ['-c', `ps -o stat= -p ${pid} || true`], { encoding: 'utf8' })
              .trim()
              .replace(/^Z.*/, '') !== '',
        ),
      { timeout: 20_000 },
    )
    .toEqual([]);
  await expect
    .poll(
      async () =>
        (await recordingOf(run.id)).gaps
          .filter((gap) => gap.toMs === null)
          .map((gap) => gap.what)
          .sort(),
      { timeout: 20_000 },
    )
    .toEqual(expect.arrayContaining(['concurrency', 'pods']));
  await startLab();
  const ended = await untilEnded(api, run.id);
  expect(ended.state).toBe('finished');
  const { gaps, podEvents } = await recordingOf(run.id);
  const gap = gaps.find((g) => g.what === 'pods');
  expect(gap?.toMs).toBeGreaterThan(gap!.fromMs);
  expect(podEvents.some((event) => event.atMs >= gap!.toMs!)).toBe(true);
});

test('a live page that lost its connection resumes without a hole', async () => {
  const run = await startSteady('8s');
  const url = `http://127.0.0.1:${port}/api/runs/${run.id}/events`;
  const overviewSchema = z.looseObject({ overview: packedOverviewSchema.transform(unpackOverview) });
  const seen: RequestColumn[] = [];
  let cursor: string | null = null;
  const read = async (untilEvents: number): Promise<boolean> => {
    const answer = await fetch(url, { headers: cursor === null ? {} : { 'last-event-id': cursor } });
    let rest = '';
    let events = 0;
    const decoder = new TextDecoder();
    for await (const chunk of answer.body!) {
      rest += decoder.decode(chunk, { stream: true });
      const messages = rest.split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) {
        const field = (name: string): string | undefined =>
          message
            .split('\n')
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2);
        if (field('event') === 'end') return true;
        if (field('event') !== 'overview') continue;
        seen.push(...overviewSchema.parse(JSON.parse(field('data')!)).overview.columns);
        cursor = field('id')!;
        if (++events === untilEvents) {
          return false;
        }
      }
    }
    return false;
  };
  for (let connection = 0; connection < 60; connection++) if (await read(2)) break;
  const all = overviewSchema.parse(await (await api.get(`/api/runs/${run.id}/overview`)).json()).overview
    .columns;
  expect(all.length).toBeGreaterThan(0);
  expect(seen).toEqual(all);
  const { series, points } = await recordingOf(run.id);
  const requests = new Set(series.filter(({ metric }) => metric === 'http_reqs').map(({ id }) => id));
  expect(all.reduce((sum, column) => sum + column.requests, 0)).toBe(
    points.reduce((sum, point) => sum + (requests.has(point.seriesId) ? point.value! : 0), 0),
  );
});

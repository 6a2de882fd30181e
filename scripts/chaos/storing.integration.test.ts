import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '@/lib/environment/paths';
import { type Run } from '@/lib/model/run';
import { unpackOverview } from '@/lib/timeline/overview-encode';
import { buildDashboard } from '@/scripts/setup/setup.mjs';
import { freePort } from '@/scripts/bench/free-port';
import { Site, until } from './site';

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;
const endsWithinMs = 60_000;

let folder = '';
let site: Site;

async function open(dashboardBy?: (site: Site) => readonly string[]): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'scaletrace-storing-'));
  site = await Site.open(folder, dashboardBy);
}
beforeAll(buildDashboard, 300_000);
afterEach(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A run whose first pushes are stored. */
async function liveRun(seconds: number): Promise<string> {
  const id = await site.startRun(seconds);
  await until('the first pushes', 30_000, () => site.pushes.acknowledged(id) > 5);
  return id;
}

interface Seen {
  answers: number;
  whyNot: string[];
  toldOnPage: boolean;
}

/** What others are answered meanwhile: the status, the run's page and its overview, one after another. */
async function look(id: string, seconds: number): Promise<Seen> {
  const seen: Seen = { answers: 0, whyNot: [], toldOnPage: false };
  for (const endMs = Date.now() + seconds * 1000; Date.now() < endMs;) {
    const { database } = await site.api('GET /api/status');
    if (!database.writable && !seen.whyNot.includes(database.why)) seen.whyNot.push(database.why);
    const { gaps } = unpackOverview(
      (await site.api('GET /api/runs/{id}/overview', { params: { id } })).overview,
    );
    seen.toldOnPage ||= gaps.some(({ what, toMs }) => what === 'requests' && toMs === null);
    expect((await fetch(`${site.url}/runs/${id}`)).status).toBe(200);
    seen.answers++;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return seen;
}

/** Everything that k6 told of is there, once, and nothing says otherwise. */
async function expectWhole(id: string): Promise<Run> {
  const run = await site.ended(id, endsWithinMs);
  const recording = await site.recordingOf(id);
  expect([run.state, run.stateReason]).toEqual(['finished', null]);
  expect(site.pushes.missing(id, run.state, recording)).toEqual([]);
  const requests = new Set(
    recording.series.filter(({ metric }) => metric === 'http_reqs').map(({ id }) => id),
  );
  const stored = recording.points.reduce(
    (sum, { seriesId, value }) => sum + (requests.has(seriesId) ? value! : 0),
    0,
  );
  expect(stored).toBe(run.summary?.metrics.find(({ metric }) => metric === 'http_reqs')?.values.count);
  expect(recording.gaps.filter(({ what }) => what === 'requests')).toEqual([]);
  expect(site.integrity()).toBe('ok');
  return run;
}

/** Takes SQLite's lock as a backup or a shell does. The function returned gives it back. */
async function lock(): Promise<() => void> {
  const database = new Database(site.file('scaletrace.db'));
  await until('the lock', 10_000, () => {
    try {
      database.exec('BEGIN IMMEDIATE');
      return true;
    } catch {
      return false;
    }
  });
  return () => {
    database.exec('ROLLBACK');
    database.close();
  };
}

it('a lock that another process holds for 7 s, then for 12 s, loses nothing, stops nobody and is told', async () => {
  await open();
  const id = await liveRun(32);
  for (const seconds of [7, 12]) {
    const unlock = await lock();
    const refusedBefore = site.pushes.refused(id);
    const seen = await look(id, seconds);
    unlock();
    expect(seen).toMatchObject({ whyNot: ['locked'], toldOnPage: true });
    // A loop that stands still while SQLite waits answers one in five seconds.
    expect(seen.answers).toBeGreaterThan(seconds);
    expect(site.pushes.refused(id)).toBeGreaterThan(refusedBefore);
    await until(
      'the database to be written',
      30_000,
      async () => (await site.api('GET /api/status')).database.writable,
    );
  }
  await expectWhole(id);
});

it.skipIf(!canMount)('a disk that is full for 8 s loses nothing, and is told', async () => {
  await open(({ state }) => [
    'unshare',
    '-rm',
    'sh',
    '-c',
    'mount -t tmpfs -o size=32m,mode=700 tmpfs "$0" && exec "$@"',
    state,
  ]);
  const id = await liveRun(35);
  // What was written before leaves room in the log of writes that could be used again.
  site.ask('PRAGMA wal_checkpoint(TRUNCATE)');
  const ballast = site.file('ballast');
  fill(ballast);
  await until('the disk to be full', 20_000, async () => {
    fill(ballast);
    return !(await site.api('GET /api/status')).database.writable;
  });
  const seen = await look(id, 8);
  rmSync(ballast);
  expect(seen).toMatchObject({ whyNot: ['full'], toldOnPage: true });
  await expectWhole(id);
});

it.skipIf(!canMount)(
  'a database file that cannot be written is read, and whoever would write is told',
  async () => {
    await open();
    const id = await liveRun(2);
    await site.ended(id, endsWithinMs);
    await site.stop('dashboard');
    site.dashboardBy = [
      'unshare',
      '-rm',
      'sh',
      '-c',
      'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
      join(site.state, 'scaletrace.db'),
    ];
    await site.start();
    expect((await site.ended(id, 1000)).state).toBe('finished');
    await expect(site.startRun(1)).rejects.toThrow(/database cannot be written/);
    expect((await site.api('GET /api/status')).database).toMatchObject({ writable: false, why: 'read-only' });
    expect((await fetch(`${site.url}/runs/${id}`)).status).toBe(200);
  },
);

it('a second dashboard on a state folder is refused by the first’s process and address, and ends nothing of its', async () => {
  await open();
  const id = await liveRun(6);
  const loads = site.loads().map(({ pid }) => pid);
  const dashboard = site.processOf('dashboard', id, () => 0)!;
  const second = async (program: string[]): Promise<{ code: unknown; printed: string }> => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...program, `${await freePort()}`], {
      cwd: projectRoot(),
      env: {
        ...site.environment('dashboard'),
        SCALETRACE_ROOT: projectRoot(),
        SCALETRACE_URL: 'http://127.0.0.1:1',
      },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    return { code: await new Promise((resolve) => child.once('close', resolve)), printed };
  };
  // By `npm start`, and by Next itself.
  const refused = await Promise.all([
    second(['scripts/serve.ts', 'start', '--port']),
    second(['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p']),
  ]);
  for (const { code, printed } of refused) {
    expect(printed).toContain(`process ${dashboard.pid}, ${site.url}`);
    expect(code).not.toBe(0);
  }
  // Those of the first that go on, where the second took longer to start than they last; that they were not ended is told
  // by a run that is whole.
  expect(loads).toEqual(expect.arrayContaining(site.loads().map(({ pid }) => pid)));
  await expectWhole(id);
});

/** Takes all room that is left. */
function fill(path: string): void {
  const file = openSync(path, 'a');
  const chunk = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

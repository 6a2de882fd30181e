import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { openStore, type Store } from '@/lib/store/client';
import { leadRun } from '@/lib/store/lead-run';
import { readOverview, startOfOverview } from '@/lib/store/overview';
import { appendPush, ensureSeries, lastLineOf } from '@/lib/store/recording';
import { findRun, insertRun } from '@/lib/store/runs';
import { columnOfPush } from '@/lib/timeline/columns';
import { startPostgres } from '@/scripts/postgres/server.mjs';
import { childrenOf, cpuOfTree } from './cpu';
import { registerShop } from './recorded-hour';

const [seconds, series] = [20, 20];
/** As lib/runs/live-run.ts has them. */
const [pollMs, settleMs] = [900, 200];
const channel = 'scaletrace_rows';

type How = 'nobody reads' | 'polling' | 'LISTEN/NOTIFY';

/**
 * Runs that one dashboard stores, a push a second each, and another shows live, all of them: how long after its COMMIT a
 * second is read there, and what that costs PostgreSQL, by polling and by notifications.
 */
export async function runBench(args: string[]): Promise<void> {
  const counts = args.length > 0 ? args.map(Number) : [1, 10];
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-bench-'));
  process.env.SCALETRACE_DIR = folder;
  const before = new Set(childrenOf(process.pid));
  const server = await startPostgres();
  const pid = childrenOf(process.pid).find((child) => !before.has(child))!;
  process.env.DATABASE_URL = server.url();
  const stores = [await openStore(server.url()), await openStore(server.url())] as const;
  try {
    console.log(
      `${series} series a run, a push a second, ${seconds} s\n\n| runs, all read | how | from COMMIT until read, median | slowest | PostgreSQL’s CPU, of one core |\n| --- | --- | --- | --- | --- |`,
    );
    for (const count of counts)
      for (const how of ['nobody reads', 'polling', 'LISTEN/NOTIFY'] as const)
        console.log(await measure(stores, { url: server.url(), pid }, count, how));
  } finally {
    for (const store of stores) await store.$disconnect();
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  [owner, reader]: readonly [Store, Store],
  { url, pid }: { url: string; pid: number },
  runs: number,
  how: How,
): Promise<string> {
  const ids = Array.from({ length: runs }, (_, i) => `${how}-${runs}-${i}`);
  const seriesOf = new Map<string, number[]>();
  for (const id of ids) seriesOf.set(id, await begin(owner, id));
  /** When each run's newest second was committed. */
  const committedMs = new Map<string, number>();
  const delays: number[] = [];
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const listener = how === 'LISTEN/NOTIFY' ? new Client({ connectionString: url }) : null;
  const told = new Map<string, () => void>();
  if (listener) {
    await listener.connect();
    listener.on('notification', ({ payload }) => told.get(payload ?? '')?.());
    await listener.query(`LISTEN ${channel}`);
  }
  const follow = async (id: string): Promise<void> => {
    let position = startOfOverview;
    while (!over.signal.aborted) {
      if (listener) {
        await new Promise<void>((resolve) => {
          told.set(id, resolve);
          over.signal.addEventListener('abort', () => resolve());
        });
        await pause(settleMs);
      } else await pause(pollMs);
      await findRun(reader, id);
      const { overview, cursor } = await readOverview(reader, id, position);
      if (!listener) await lastLineOf(reader, id);
      position = cursor;
      if (overview.columns.length > 0) delays.push(performance.now() - committedMs.get(id)!);
    }
  };
  const cpuBefore = cpuOfTree(pid);
  const beganMs = performance.now();
  const following = how === 'nobody reads' ? [] : ids.map(follow);
  await Promise.all(
    ids.map(async (id, i) => {
      await pause((1000 * i) / runs);
      for (let second = 1; second <= seconds; second++) {
        await push(owner, id, seriesOf.get(id)!, 1000 * second);
        committedMs.set(id, performance.now());
        if (listener) await owner.$executeRaw`SELECT pg_notify(${channel}, ${id})`;
        await pause(Math.max(0, beganMs + 1000 * (second + i / runs) - performance.now()));
      }
    }),
  );
  const lastedMs = performance.now() - beganMs;
  const cpu = cpuOfTree(pid);
  over.abort();
  await Promise.all(following);
  await listener?.end();
  const used = cpu.own + cpu.ended - cpuBefore.own - cpuBefore.ended;
  delays.sort((a, b) => a - b);
  const ms = (share: number): string => {
    const value = delays[Math.min(delays.length - 1, Math.floor(share * delays.length))];
    return value === undefined ? '–' : `${Math.round(value)} ms`;
  };
  return `| ${runs} | ${how} | ${ms(0.5)} | ${ms(1)} | ${((100_000 * used) / lastedMs).toFixed(1)} % |`;
}

/** A run under way, with the ids of its series. */
async function begin(store: Store, id: string): Promise<number[]> {
  await insertRun(store, {
    id,
    ingestSecretHash: '',
    createdAtMs: Date.now(),
    run: {
      name: id,
      service: await registerShop(id),
      scriptName: 'soak',
      scriptText: '',
      env: {},
      options: {},
      tags: [],
    },
  });
  await leadRun(store, id, 'running', { originMs: Date.now(), loadStartMs: 0 });
  const ids: number[] = [];
  for (let i = 0; i < series; i++)
    ids.push(
      await ensureSeries(store, id, {
        metric: 'http_reqs',
        type: 'counter',
        unit: 'none',
        tags: { status: '200', scenario: `s${i}` },
      }),
    );
  return ids;
}

async function push(store: Store, id: string, ids: readonly number[], atMs: number): Promise<void> {
  const points = ids.map((seriesId) => ({ seriesId, atMs, value: 20, histogram: null }));
  const column = columnOfPush(
    [{ metric: 'http_reqs', tags: { status: '200' }, value: 20 * ids.length, histogram: null }],
    atMs - 1000,
    atMs,
  );
  await appendPush(store, id, points, column);
}

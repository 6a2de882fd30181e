import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeEngine, fakePush } from '@/lib/loadgen/fake-engine';
import { type RunState } from '@/lib/model/life';
import { type Run } from '@/lib/model/run';
import { listPieces } from '@/lib/store/boards';
import { openBeside, urlOf, type Store } from '@/lib/store/client';
import { DatabaseUnwritable } from '@/lib/store/database-state';
import { notePostgres } from '@/lib/store/dialect';
import { onPostgres } from '@/lib/store/fake-database';
import {
  ownerOf,
  registerDashboard,
  removeDashboard,
  removeDead,
  renewDashboard,
} from '@/lib/store/leases/dashboards';
import { leaseMs } from '@/lib/store/leases/lease';
import { LeaseLost } from '@/lib/store/postgres/fence';
import { readRecording } from '@/lib/store/recording';
import { changeLock, changeSecrets } from '@/lib/store/secret-files';
import { findRun, listUnderWay, noteProgress } from '@/lib/store/runs';
import { writeWebhook } from '@/lib/store/webhooks';
import { Boards } from './boards';
import { keepAmongDashboards } from './dashboards';
import { recordFakeRun } from './fake-recorded-runs';
import { openTestStore, queueRun, registerService, shortTimes, until, type TestStore } from './fake-run';
import { RunManager } from './manager';
import { housekeeper } from './housekeeping';
import { takeOver } from './recovery';
import { sendDue } from './webhooks';

let opened: TestStore;
const begun: Dashboard[] = [];

/** One of several dashboards on the database of these tests, as a recording's thread has it. */
interface Dashboard {
  id: string;
  store: Store;
  engine: FakeEngine;
  manager: RunManager;
  /** How often it was told that it has been taken for dead. */
  lost: number;
  takeOver(): Promise<void>;
}

async function begin(): Promise<Dashboard> {
  const id = randomUUID();
  await registerDashboard(opened.store, { id, host: id, address: 'http://here', peerUrl: null }, null);
  const engine = new FakeEngine();
  const fence = { dashboardId: id, onLost: () => dashboard.lost++ };
  const store = await openBeside({ url: urlOf(opened.store), lent: null }, fence);
  const manager = new RunManager(store, engine, shortTimes, undefined, engine, id);
  const dashboard: Dashboard = {
    id,
    store,
    engine,
    manager,
    lost: 0,
    takeOver: () =>
      takeOver(store, { engine, operator: engine, takesOn: manager }, { id, predecessorId: null }),
  };
  begun.push(dashboard);
  return dashboard;
}

/** A dashboard has stood still, and another has seen it. */
async function takenForDead(frozen: Dashboard, other: Dashboard): Promise<void> {
  const { dashboard } = opened.store;
  await dashboard.update({ where: { id: frozen.id }, data: { renewedAtMs: { decrement: leaseMs + 1000 } } });
  await renewDashboard(opened.store, other.id);
  await dashboard.update({ where: { id: other.id }, data: { steadySinceMs: { decrement: 10 * leaseMs } } });
  expect(await removeDead(other.store, other.id)).toContain(frozen.id);
}

const reaches = (id: string, state: RunState): Promise<Run> =>
  until(async () => {
    const run = await findRun(opened.store, id);
    return run?.state === state && run;
  });

describe.runIf(onPostgres)('several dashboards on one database', () => {
  beforeAll(async () => {
    opened = await openTestStore();
  });
  afterAll(async () => {
    for (const { store } of begun) await store.$disconnect();
    await opened.close();
  });

  it('refuse whatever one writes that has been taken for dead, also what it had begun before', async () => {
    const one = await begin();
    const { id } = await queueRun(one.store, await registerService(one.store, 'fenced'), 'fenced');
    await noteProgress(one.store, id, { requests: 1, failures: 0, peakReadyPods: 1, thresholds: [] });
    const late = one.store.$transaction(async (transaction) => {
      await transaction.run.update({ where: { id }, data: { requests: 2 } });
      await removeDashboard(opened.store, one.id);
    });
    await expect(late).rejects.toThrow(LeaseLost);
    await expect(
      noteProgress(one.store, id, { requests: 3, failures: 0, peakReadyPods: 1, thresholds: [] }),
    ).rejects.toThrow(LeaseLost);
    await expect(renewDashboard(one.store, one.id)).rejects.toThrow(LeaseLost);
    expect(one.lost).toBe(3);
    expect(await findRun(opened.store, id)).toMatchObject({ figures: { requests: 1 } });
    await opened.store.run.delete({ where: { id } });
  });

  it('have one run a service at a time, and take over those of one that stood still: nothing more of it is stored', async () => {
    const [frozen, other] = [await begin(), await begin()];
    const service = await registerService(opened.store, 'taken-over');
    const first = await queueRun(opened.store, service, 'taken-first', frozen.id);
    await frozen.manager.pump();
    const load = await until(() => frozen.engine.loads[0] ?? null);
    await reaches(first.id, 'running');
    await frozen.manager.ingest(first.id, load.load.ingestSecret, fakePush({ 200: 5 }));
    const second = await queueRun(opened.store, service, 'taken-second');
    for (const { manager } of [frozen, other]) await manager.pump();
    expect(await findRun(opened.store, second.id)).toMatchObject({ state: 'queued' });

    await other.takeOver();
    expect(await findRun(opened.store, first.id)).toMatchObject({ state: 'running' });
    await takenForDead(frozen, other);
    await other.takeOver();
    const ended = await reaches(first.id, 'interrupted');
    expect(ended).toMatchObject({ stateReasonCode: 'reasons.scaletrace-ended', figures: { requests: 5 } });
    // A process id of another machine means nothing here.
    expect(other.engine.recovered).toEqual([]);
    const before = await readRecording(opened.store, first.id);
    await expect(
      frozen.manager.ingest(first.id, load.load.ingestSecret, fakePush({ 200: 7 })),
    ).rejects.toThrow();
    load.end();
    await until(() => frozen.lost > 0);
    await other.manager.pump();
    const next = await until(() => other.engine.loads[0] ?? null);
    expect(next.load.runId).toBe(second.id);
    expect((await ownerOf(opened.store, second.id))?.id).toBe(other.id);
    next.end();
    await reaches(second.id, 'finished');
    expect(await readRecording(opened.store, first.id)).toEqual(before);
    expect(await findRun(opened.store, first.id)).toEqual(ended);
  });

  it('go on with a load that a cluster makes: it is given to one of them', async () => {
    const [gone, ...others] = [await begin(), await begin(), await begin()];
    const service = await registerService(opened.store, 'in-a-cluster');
    const run = await queueRun(opened.store, service, 'in-a-cluster', gone.id);
    await gone.manager.pump();
    await reaches(run.id, 'running');
    await opened.store.run.update({
      where: { id: run.id },
      data: { operatorJson: JSON.stringify({ runners: 2, image: 'grafana/k6:1.8.1' }) },
    });
    await removeDashboard(opened.store, gone.id);
    await Promise.all(others.map((other) => other.takeOver()));
    // The fake engine cannot go on with what another has started: whoever has taken the run over ends it as it was left.
    await reaches(run.id, 'interrupted');
    expect(others.flatMap(({ engine }) => engine.recovered)).toHaveLength(1);
    expect((await listUnderWay(opened.store)).filter((left) => left.run.id === run.id)).toEqual([]);
    gone.engine.loads[0]?.end();
  });

  it('try again to end what one has taken over and could not end', async () => {
    const [gone, other] = [await begin(), await begin()];
    const run = await queueRun(
      opened.store,
      await registerService(opened.store, 'unended'),
      'unended',
      gone.id,
    );
    await gone.manager.pump();
    await reaches(run.id, 'running');
    await opened.store.run.update({
      where: { id: run.id },
      data: { operatorJson: JSON.stringify({ runners: 2, image: 'grafana/k6:1.8.1' }) },
    });
    await removeDashboard(opened.store, gone.id);
    let isAway = true;
    const engine = new FakeEngine();
    engine.recover = () => (isAway ? Promise.reject(new Error('the cluster is away')) : Promise.resolve());
    const look = (): Promise<void> =>
      takeOver(other.store, { engine, takesOn: other.manager }, { id: other.id, predecessorId: null });
    await look();
    expect(await findRun(opened.store, run.id)).toMatchObject({ state: 'running' });
    expect(await ownerOf(opened.store, run.id)).toBeNull();
    isAway = false;
    await look();
    await reaches(run.id, 'interrupted');
    gone.engine.loads[0]?.end();
  });

  it('end what one of them has and does not go on with, and leave it what it goes on with', async () => {
    const one = await begin();
    const [left, goesOn] = await Promise.all(
      ['own-left', 'own-going-on'].map(async (id) =>
        queueRun(opened.store, await registerService(opened.store, id), id),
      ),
    );
    await opened.store.run.update({ where: { id: left!.id }, data: { state: 'running', ownerId: one.id } });
    await one.manager.pump();
    await reaches(goesOn!.id, 'running');
    await one.takeOver();
    expect(await findRun(opened.store, left!.id)).toMatchObject({ state: 'interrupted' });
    expect(await findRun(opened.store, goesOn!.id)).toMatchObject({ state: 'running' });
    for (const load of one.engine.loads) load.end();
    await reaches(goesOn!.id, 'finished');
  });

  it('keep house by one of them, and by another once that one is gone', async () => {
    const dashboards = [await begin(), await begin()];
    const keepers = dashboards.map(({ id }) => housekeeper(() => id));
    const removed = async (id: string): Promise<boolean> =>
      (await opened.store.run.count({ where: { id } })) === 0;
    /** Who has done it, where each was asked at once. */
    const keep = async (left: string): Promise<boolean[]> => {
      await queueRun(opened.store, await registerService(opened.store, left), left);
      await opened.store.run.update({
        where: { id: left },
        data: { state: 'stopped', endedAtMs: 1, deletedAtMs: 1 },
      });
      const done = await Promise.all(keepers.map((keepHouse) => keepHouse(opened.store, Date.now())));
      expect(await removed(left)).toBe(true);
      return done;
    };
    const first = await keep('swept-first');
    expect([...first].sort()).toEqual([false, true]);
    expect(await keep('swept-second')).toEqual(first);
    const keeper = first.indexOf(true);
    await takenForDead(dashboards[keeper]!, dashboards[1 - keeper]!);
    expect(await keep('swept-third')).toEqual(first.map((done) => !done));
  });

  it('change secrets one at a time', async () => {
    const { store } = opened;
    const one = await begin();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const done: string[] = [];
    const held = store.$transaction(
      async (transaction) => {
        await transaction.$executeRawUnsafe(`SELECT pg_advisory_xact_lock(${changeLock})`);
        await released;
        done.push('first');
      },
      { timeout: 60_000 },
    );
    const waiting = async (): Promise<boolean> => {
      const [classId, objectId] = changeLock.split(', ').map(Number);
      const rows = await store.$queryRaw<
        unknown[]
      >`SELECT 1 AS "waits" FROM pg_locks WHERE locktype = 'advisory'
        AND classid::bigint = ${classId} AND objid::bigint = ${objectId} AND NOT granted`;
      return rows.length > 0;
    };
    const second = changeSecrets(one.store, () => void done.push('second'));
    try {
      await until(waiting);
    } finally {
      release();
    }
    await Promise.all([held, second]);
    expect(done).toEqual(['first', 'second']);
  });

  it('watch a service in one of them, which another may switch off, and go on where that one is gone', async () => {
    const [one, two] = [await begin(), await begin()];
    const { id } = await registerService(opened.store, 'watched');
    const boards = [one, two].map(({ store, id }) => new Boards(store, id));
    const pieces = async (): Promise<number> => (await listPieces(opened.store, id)).length;
    await boards[0]!.set(id, true);
    await until(async () => (await pieces()) === 1);
    for (const each of boards) await each.resume();
    expect(await pieces()).toBe(1);
    await boards[1]!.set(id, false);
    await boards[0]!.resume();
    await boards[1]!.set(id, true);
    await until(async () => (await pieces()) === 2);
    await removeDashboard(opened.store, two.id);
    await boards[0]!.resume();
    await until(async () => (await pieces()) === 3);
    await boards[0]!.forget(id);
    expect(await pieces()).toBe(0);
  });

  it('end a piece of a board that one has taken over, and could neither end nor leave to others', async () => {
    const [gone, other] = [await begin(), await begin()];
    const { id: serviceId } = await registerService(opened.store, 'watched-away');
    const boards = new Boards(gone.store, gone.id);
    await boards.set(serviceId, true);
    const [piece] = await until(async () => {
      const pieces = await listPieces(opened.store, serviceId);
      return (await findRun(opened.store, pieces[0] ?? ''))?.state === 'running' && pieces;
    });
    await removeDashboard(opened.store, gone.id);
    // It can be taken on, and then the database is away for whatever would end it or leave it.
    let taken = 0;
    const store = other.store.$extends({
      query: {
        recordingGap: { updateMany: () => Promise.reject(new DatabaseUnwritable('unreachable', 'away')) },
        run: {
          updateMany: ({ args, query }) =>
            args.data.ownerId === gone.id && ++taken > 0
              ? Promise.reject(new DatabaseUnwritable('unreachable', 'away'))
              : query(args),
        },
      },
    }) as unknown as Store;
    notePostgres(store);
    const { engine, manager, id } = other;
    const look = takeOver(store, { engine, takesOn: manager }, { id, predecessorId: null });
    await expect(look).rejects.toThrow(DatabaseUnwritable);
    expect(taken).toBe(1);
    expect((await ownerOf(opened.store, piece!))?.id).toBe(id);
    await other.takeOver();
    expect(await findRun(opened.store, piece!)).toMatchObject({ state: 'interrupted' });

    // What it watches itself goes on.
    const own = new Boards(other.store, id);
    await own.resume();
    const [next] = await until(async () => {
      const pieces = (await listPieces(opened.store, serviceId)).filter((one) => one !== piece);
      return (await findRun(opened.store, pieces[0] ?? ''))?.state === 'running' && pieces;
    });
    await other.takeOver();
    expect(await findRun(opened.store, next!)).toMatchObject({ state: 'running' });
    await own.forget(serviceId);
  });

  it('send each verdict once', async () => {
    const got: string[] = [];
    const receiver = createServer((request, response) => {
      got.push(String(request.headers['webhook-id']));
      response.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    try {
      const dashboards = [await begin(), await begin()];
      const { id: serviceId } = await registerService(opened.store, 'told');
      const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
      writeWebhook(serviceId, { url, secret: '', format: 'json', when: 'always', privateAllowed: true });
      const runId = await recordFakeRun(opened.store, 'told', { seconds: 6 });
      const nowMs = Date.now() + 1;
      await Promise.all(dashboards.map(({ store, id }) => sendDue(store, () => nowMs, id)));
      expect(got).toHaveLength(1);
      expect(await opened.store.webhookDelivery.findUnique({ where: { runId } })).toMatchObject({
        dueAtMs: null,
        attempts: 1,
      });
    } finally {
      receiver.close();
    }
  });

  it('say that they live, and look after the others', async () => {
    const one = await begin();
    await opened.store.dashboard.update({
      where: { id: one.id },
      data: { renewedAtMs: { decrement: leaseMs }, steadySinceMs: { decrement: 10 * leaseMs } },
    });
    const renewedAtMs = async () =>
      (await opened.store.dashboard.findUniqueOrThrow({ where: { id: one.id } })).renewedAtMs;
    const before = await renewedAtMs();
    let looks = 0;
    const stop = keepAmongDashboards(one.store, one.id, () => Promise.resolve(void looks++));
    try {
      await until(async () => looks > 0 && (await renewedAtMs()) >= before + leaseMs);
    } finally {
      stop();
    }
  });
});

import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { NextRequest } from 'next/server';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FakeEngine, fakePush } from '@/lib/loadgen/fake-engine';
import { shortTimes, registerService, until } from '@/lib/runs/fake-run';
import { RunManager } from '@/lib/runs/manager';
import { readRunPage } from '@/lib/runs/read';
import { openStore, setStore, type Store } from '@/lib/store/client';
import { databaseState, DatabaseUnwritable } from '@/lib/store/database-state';
import { onPostgres } from '@/lib/store/fake-database';
import { findRun } from '@/lib/store/runs';
import { proxy } from '@/proxy';
import { startPostgres, type PostgresServer } from '@/scripts/postgres/server.mjs';
import { unpackOverview } from '@/lib/timeline/overview-encode';

const entry = { atMs: 1, actor: 'ada', action: 'run.start', target: '', detailJson: '{}' };
let server: PostgresServer;

describe.runIf(onPostgres)('a server of PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgres({
      access: 'host all ada 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n',
    });
  });
  afterAll(() => server.end());
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['postgres://postgres@127.0.0.1:1/postgres', /ECONNREFUSED[^]*Start the server/],
    ['none', /database "none" does not exist[^]*createdb/],
    ['postgres?sslmode=require', /does not support SSL[^]*sslmode/],
    ['ada:wrong', /password authentication failed for user "ada"[^]*Set user and password/],
    ['postgres?sslmode=verify-ca', /DATABASE_URL is wrong[^]*sslrootcert/],
  ])('that cannot be opened by %s says what to do, and tells no password', async (what, said) => {
    const url = what.startsWith('ada')
      ? server.url().replace('postgres@', `${what}@`)
      : what.includes('://')
        ? what
        : server.url(what);
    const opened = openStore(url, 1000);
    await expect(opened).rejects.toThrow(said);
    await expect(opened).rejects.not.toThrow('wrong@');
  });

  it('that went away and came back, by a stop and by a crash, has each push once, and none that was acknowledged is missing', async () => {
    const store = await openStore(await server.createDatabase('away'), 500);
    const engine = new FakeEngine();
    const manager = new RunManager(store, engine, {
      ...shortTimes,
      pushSilenceMs: 1e9,
      acknowledgeMs: 500,
    });
    const service = await registerService(store, 'shop');
    const { id } = await manager.start(
      { serviceId: service.id, scriptName: 'mine', scriptText: '', env: {}, tags: [] },
      { startedBy: null, uncagedAllowed: false },
    );
    const reaches = (state: string): Promise<unknown> =>
      until(async () => (await findRun(store, id))?.state === state);
    await reaches('running');
    const { load } = engine.loads.at(-1)!;
    let sent = 0;
    let refused = 0;
    const push = async (): Promise<boolean> => {
      sent++;
      return manager.ingest(id, load.ingestSecret, fakePush({ 200: 10 })).then(
        () => true,
        () => {
          refused++;
          return false;
        },
      );
    };
    for (const how of ['SIGINT', 'SIGQUIT'] as const) {
      await until(push);
      const away = pause(200).then(async () => {
        await server.stop(how);
        await pause(1500);
        await expect(findRun(store, id)).rejects.toBeInstanceOf(DatabaseUnwritable);
        expect(databaseState()).toMatchObject({ writable: false, why: 'unreachable' });
        await server.start();
      });
      let back = false;
      void away.then(() => (back = true));
      // Some are under way when it goes, and while it is gone.
      while (!back) {
        await push();
        await pause(20);
      }
      await away;
      await until(push);
      await until(() => databaseState().writable);
    }
    expect(refused).toBeGreaterThan(0);
    engine.loads.at(-1)!.end();
    await reaches('finished');
    expect((await findRun(store, id))?.figures.requests).toBe(10 * sent);
    const page = await readRunPage(store, id, { columns: 600, range: null });
    expect(unpackOverview(page!.overview).gaps.map(({ what }) => what)).toEqual(['pods']);
    await store.$disconnect();
  });

  const token = 'a'.repeat(32);
  it('that is away has pages say so, sign-in and share links too, and is asked again when it is back', async () => {
    vi.stubEnv('SCALETRACE_REQUIRE_SIGN_IN', '1');
    const store = await openStore(await server.createDatabase('pages'), 500);
    setStore(store);
    const answers = (path: string): Promise<Response> =>
      proxy(
        new NextRequest(`http://127.0.0.1:4300${path}`, {
          headers: { host: '127.0.0.1:4300', cookie: 'scaletrace-session=gone' },
        }),
      );
    expect((await answers('/')).headers.get('location')).toMatch(/sign-in$/);
    await server.stop();
    for (const path of ['/', '/sign-in', `/share/${token}`]) {
      const answer = await answers(path);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain('The database does not answer');
    }
    await server.start();
    expect((await answers('/')).headers.get('location')).toMatch(/sign-in$/);
    expect((await answers(`/share/${token}`)).status).toBe(404);
    await store.$disconnect();
  });

  describe('whose connection breaks during a COMMIT', () => {
    /** What becomes of the next COMMIT: `done`, but nobody is told; or `lost` on its way. */
    let next: 'done' | 'lost' | null = null;
    let between: Server;
    let store: Store;

    beforeAll(async () => {
      const database = new URL(await server.createDatabase('broken'));
      between = createServer((from) => {
        const to = connect(server.port, '127.0.0.1');
        const end = (): void => {
          from.destroy();
          to.destroy();
        };
        for (const socket of [from, to]) socket.on('error', end).on('close', end);
        from.on('data', (data) => {
          const what = data.includes('COMMIT') ? next : null;
          if (what === null) return to.write(data);
          next = null;
          if (what === 'lost') return end();
          to.removeAllListeners('data').once('data', end).write(data);
        });
        to.on('data', (data) => from.write(data));
      });
      await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
      database.port = `${(between.address() as AddressInfo).port}`;
      store = await openStore(database.href, 500);
    });
    afterAll(async () => {
      await store.$disconnect();
      between.close();
    });

    it.each([
      ['a row', () => store.auditEntry.create({ data: entry }), 1],
      [
        'a transaction',
        () => store.$transaction([1, 2].map(() => store.auditEntry.create({ data: entry }))),
        2,
      ],
    ] as const)(
      'is asked what became of %s: it was done, and is not told as failed',
      async (_, write, rows) => {
        const before = await store.auditEntry.count();
        next = 'done';
        await write();
        expect(next).toBeNull();
        expect(await store.auditEntry.count()).toBe(before + rows);
      },
    );

    it('is asked what became of it: it was not done, and may be tried again', async () => {
      const before = await store.auditEntry.count();
      next = 'lost';
      await expect(store.auditEntry.create({ data: entry })).rejects.toMatchObject({ why: 'unreachable' });
      expect(await store.auditEntry.count()).toBe(before);
    });
  });
});

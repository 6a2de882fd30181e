import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@libsql/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from './client';
import { databaseState, DatabaseUnwritable } from './database-state';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-thread-'));
const url = `file:${join(folder, 'test.db')}`;
const entry = { atMs: 1, actor: 'ada', action: 'run.start', target: '', detailJson: '{}' };
let store: Store;
/** Stands for another process. */
let other: Client;

beforeAll(async () => {
  store = await openStore(url, 100);
  other = createClient({ url });
});
afterEach(async () => {
  await other.execute('ROLLBACK').catch(() => undefined);
  await store.$queryRawUnsafe('PRAGMA max_page_count = 1073741823');
});
afterAll(async () => {
  other.close();
  await store.$disconnect();
  rmSync(folder, { recursive: true });
});

const insert = (): Promise<unknown> => store.auditEntry.create({ data: entry });
const insertTwo = (): Promise<unknown> =>
  store.$transaction([store.auditEntry.create({ data: entry }), store.auditEntry.create({ data: entry })]);

it('keeps what it is told: rows of all types, and errors as Prisma knows them', async () => {
  const row = { key: 'k', valueJson: '{"a":"ü"}', updatedAtMs: 1.5 };
  await store.setting.create({ data: row });
  expect(await store.setting.findUnique({ where: { key: 'k' } })).toEqual(row);
  await expect(store.setting.create({ data: row })).rejects.toMatchObject({ code: 'P2002' });
  await expect(store.runTag.create({ data: { runId: 'none', tag: 't' } })).rejects.toMatchObject({
    code: 'P2003',
  });
  expect(databaseState()).toEqual({ writable: true });
});

describe('while another process holds the lock', () => {
  it('others read and this thread goes on; a write waits its turn, and is there then', async () => {
    const before = await store.auditEntry.count();
    await other.execute('BEGIN IMMEDIATE');
    let written = false;
    const write = insertTwo().then(() => (written = true));
    expect(await store.auditEntry.count()).toBe(before);
    expect(written).toBe(false);
    await other.execute('ROLLBACK');
    // Should its patience have ended by now, that is told, and nothing is half there.
    const outcome = await write.catch((error: unknown) => error);
    expect(outcome === true || outcome instanceof DatabaseUnwritable).toBe(true);
    expect(await store.auditEntry.count()).toBe(before + (outcome === true ? 2 : 0));
  });

  it.each([
    ['a row', insert, 1],
    ['a transaction', insertTwo, 2],
  ])(
    '%s that waited too long fails as what it is, again and again, and succeeds after it',
    async (_, write, rows) => {
      const before = await store.auditEntry.count();
      await other.execute('BEGIN IMMEDIATE');
      for (let i = 0; i < 2; i++) await expect(write()).rejects.toMatchObject({ why: 'locked' });
      await expect(write()).rejects.toBeInstanceOf(DatabaseUnwritable);
      expect(databaseState()).toMatchObject({ writable: false, why: 'locked' });
      await other.execute('ROLLBACK');
      await write();
      expect(databaseState()).toEqual({ writable: true });
      expect(await store.auditEntry.count()).toBe(before + rows);
    },
  );
});

it('a full disk is told, leaves no transaction open, and is over when there is room', async () => {
  const pages = Object.values(
    (await store.$queryRawUnsafe<Record<string, bigint>[]>('PRAGMA page_count'))[0] ?? {},
  )[0];
  await store.$queryRawUnsafe(`PRAGMA max_page_count = ${pages}`);
  const before = await store.auditEntry.count();
  const large = { ...entry, detailJson: 'x'.repeat(100_000) };
  for (let i = 0; i < 3; i++) {
    await expect(
      store.$transaction([
        store.auditEntry.create({ data: entry }),
        store.auditEntry.create({ data: large }),
      ]),
    ).rejects.toMatchObject({ why: 'full' });
    await expect(store.auditEntry.create({ data: large })).rejects.toMatchObject({ why: 'full' });
  }
  expect(databaseState()).toMatchObject({ writable: false, why: 'full' });
  expect(await store.auditEntry.count()).toBe(before);
  await store.$queryRawUnsafe('PRAGMA max_page_count = 1073741823');
  await store.auditEntry.create({ data: large });
  expect(await store.auditEntry.count()).toBe(before + 1);
});

it('transactions that are asked for at once are all there, one after another', async () => {
  const before = await store.auditEntry.count();
  await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? insertTwo() : insert())));
  expect(await store.auditEntry.count()).toBe(before + 30);
});

it('a transaction that its maker broke off is not there, and the next goes on', async () => {
  const before = await store.auditEntry.count();
  await expect(
    store.$transaction(async (inside) => {
      await inside.auditEntry.create({ data: entry });
      throw new Error('not so');
    }),
  ).rejects.toThrow('not so');
  await insertTwo();
  expect(await store.auditEntry.count()).toBe(before + 2);
});

it('says what is wrong with a file that is no database', async () => {
  const path = join(folder, 'text.db');
  writeFileSync(path, 'this is a text, not a database, and it is long enough to be read as one'.repeat(20));
  await expect(openStore(`file:${path}`)).rejects.toThrow('file is not a database');
});

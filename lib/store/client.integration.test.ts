import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from './client';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-store-'));
const url = `file:${join(folder, 'test.db')}`;
const entry = { atMs: 1, actor: 'ada', action: 'run.start', target: '', detailJson: '{}' };
let store: Store;

beforeAll(async () => {
  store = await openStore(url);
});
afterAll(async () => {
  await store.$disconnect();
  rmSync(folder, { recursive: true });
});

const pragma = async (name: string): Promise<number> =>
  Number(
    Object.values((await store.$queryRawUnsafe<Record<string, bigint>[]>(`PRAGMA ${name}`))[0] ?? {})[0],
  );

/** How many files of the database this process has open; null where the system does not tell. */
function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
      } catch {
        return false;
      }
    }).length;
  } catch {
    return null;
  }
}

describe('after transactions', () => {
  it('the connection is the same: patient, with foreign keys, and no file is left open', async () => {
    await store.$transaction([store.auditEntry.create({ data: entry })]);
    // The reader's thread opens the file in its own time: once it has answered, both have.
    await store.auditEntry.count();
    const before = openFiles();
    for (let i = 0; i < 50; i++)
      await store.$transaction([store.auditEntry.create({ data: entry }), store.auditEntry.count()]);
    expect([await pragma('busy_timeout'), await pragma('synchronous'), await pragma('foreign_keys')]).toEqual(
      [5000, 2, 1],
    );
    expect(openFiles()).toBe(before);
  });

  it('one that failed has left nothing behind, and the next goes on', async () => {
    const count = await store.auditEntry.count();
    await expect(
      store.$transaction(async (inside) => {
        await inside.auditEntry.create({ data: entry });
        throw new Error('not so');
      }),
    ).rejects.toThrow('not so');
    expect(await store.auditEntry.count()).toBe(count);
    await store.$transaction(async (inside) => {
      await inside.auditEntry.create({ data: entry });
    });
    expect(await store.auditEntry.count()).toBe(count + 1);
  });

  it('another process waits for its turn', async () => {
    const count = await store.auditEntry.count();
    const other = promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `
      import { openStore } from './lib/store/client.ts';
      const store = await openStore(${JSON.stringify(url)});
      for (let i = 0; i < 50; i++) await store.$transaction([store.auditEntry.count(), store.auditEntry.create({ data: ${JSON.stringify(entry)} })]);
      await store.$disconnect();`,
    ]);
    let ended = false;
    void other.finally(() => (ended = true));
    let own = 0;
    for (; !ended; own++) {
      await store.$transaction([store.auditEntry.count(), store.auditEntry.create({ data: entry })]);
      // The database answers without a pause: others of this process would never have their turn.
      await setImmediate();
    }
    await other;
    expect(await store.auditEntry.count()).toBe(count + own + 50);
  });
});

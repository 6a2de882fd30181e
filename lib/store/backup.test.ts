import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openTestStore, queueRun, registerService } from '@/lib/runs/fake-run';
import { backUp } from './backup';
import { openStore, urlOf } from './client';
import { onPostgres } from './fake-database';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-backup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(onPostgres)(
  'copies a database that is being written, with all that was stored, for its owner alone',
  async () => {
    const opened = await openTestStore();
    const { store } = opened;
    const { id } = await queueRun(store, await registerService(store, 'checkout'), 'kept');
    const file = join(folder, 'copy.db');
    await backUp(urlOf(store), file);
    await queueRun(store, await registerService(store, 'later'), 'not kept');
    await opened.close();
    const copy = await openStore(`file:${file}`);
    expect((await copy.run.findMany({ select: { id: true, name: true } })).map((run) => run.id)).toEqual([
      id,
    ]);
    await copy.$disconnect();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(backUp(`file:${file}`, file)).rejects.toThrow('name a new file');
  },
);

it('keeps no copy of what is no database', async () => {
  const broken = join(folder, 'broken.db');
  writeFileSync(broken, 'not a database, but long enough to be read as the header of one'.repeat(100));
  await expect(backUp(`file:${broken}`, join(folder, 'copy-of-broken.db'))).rejects.toThrow();
});

it('leads to PostgreSQL’s own program where the history is there, and tells no password', async () => {
  const backedUp = backUp('postgres://ada:hidden@db.example/load', join(folder, 'history.dump'));
  await expect(backedUp).rejects.toThrow(/postgres:\/\/ada@db\.example\/load[^]*pg_dump/);
  await expect(backedUp).rejects.not.toThrow('hidden');
});

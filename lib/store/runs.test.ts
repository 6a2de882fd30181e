import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mayFollow, runStateSchema } from '@/lib/model/life';
import { openStore, type Store } from './client';
import { newDatabase } from './fake-database';
import { leadRun } from './lead-run';
import { findRun, insertRun, moveRun, MoveRefused } from './runs';
import { registerService } from '@/lib/runs/fake-run';
import { said } from '@/lib/model/message';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-lives-'));
let store: Store;

beforeAll(async () => {
  store = await openStore(await newDatabase(folder));
});
afterAll(async () => {
  await store.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

it('a run moves as the table of lives allows, and no other way', async () => {
  const service = await registerService(store, 's', 0);
  for (const from of runStateSchema.options) {
    for (const to of runStateSchema.options) {
      const id = `${from}-${to}`;
      const run = { name: id, service, scriptName: 's', scriptText: '', env: {}, options: {}, tags: [] };
      await insertRun(store, { id, run, ingestSecretHash: '', createdAtMs: 0 });
      if (from !== 'queued') await leadRun(store, id, from, { stateReason: said('before') });
      const move = moveRun(store, id, to, { stateReason: said('after') });
      if (mayFollow[from].includes(to)) expect(await move).toMatchObject({ state: to, stateReason: 'after' });
      else {
        await expect(move).rejects.toThrow(MoveRefused);
        const kept = { state: from, stateReason: from === 'queued' ? null : 'before' };
        expect(await findRun(store, id)).toMatchObject(kept);
      }
    }
  }
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from './client';
import { newDatabase, onPostgres } from './fake-database';
import { countTry, forgetTries, takeBack, type Limit } from './rate-limits';

const three: Limit = { keyPrefix: 'three', points: 3, duration: 60 };

describe.runIf(onPostgres)('what two dashboards on one database limit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-limits-'));
  let stores: [Store, Store];
  beforeAll(async () => {
    const url = await newDatabase(folder);
    stores = [await openStore(url), await openStore(url)];
  });
  afterAll(async () => {
    for (const store of stores) await store.$disconnect();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is counted together, also at once, and forgotten together', async () => {
    const tries = (count: number): Promise<(number | null)[]> =>
      Promise.all(Array.from({ length: count }, (_, i) => countTry(stores[i % 2]!, [[three, 'ann']])));
    const waits = await tries(8);
    expect(waits.filter((wait) => wait === null)).toHaveLength(3);
    for (const wait of waits) if (wait !== null) expect(wait).toBeGreaterThan(0);
    expect(await countTry(stores[1], [[three, 'bob']])).toBeNull();
    await forgetTries(stores[0], three, 'ann');
    expect(await countTry(stores[1], [[three, 'ann']])).toBeNull();
  });

  it('takes back what was right, wherever it was tried', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await countTry(stores[0], [[three, 'eve']])).toBeNull();
      await takeBack(stores[1], three, 'eve');
    }
  });

  it('begins anew when its time is over', async () => {
    expect(await countTry(stores[0], [[{ ...three, keyPrefix: 'once', points: 1 }, 'ann']])).toBeNull();
    await stores[0].rateLimit.updateMany({ data: { expire: Date.now() } });
    expect(await countTry(stores[1], [[{ ...three, keyPrefix: 'once', points: 1 }, 'ann']])).toBeNull();
  });
});

it.runIf(!onPostgres)('is counted in memory where there is one dashboard', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-limits-'));
  const store = await openStore(await newDatabase(folder));
  for (let i = 0; i < 3; i++) expect(await countTry(store, [[three, 'ann']])).toBeNull();
  expect(await countTry(store, [[three, 'ann']])).toBeGreaterThan(0);
  expect(await store.rateLimit.count()).toBe(0);
  await store.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

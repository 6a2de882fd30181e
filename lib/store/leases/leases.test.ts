import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore, queueRun, registerService, type TestStore } from '@/lib/runs/fake-run';
import { moveRun } from '@/lib/store/runs';
import {
  listDashboards,
  ownerOf,
  registerDashboard,
  removeDashboard,
  removeDead,
  renewDashboard,
} from './dashboards';
import { hasDuty, leaveDuty } from './duties';
import { leaseMs } from './lease';
import { claimRun, takeLeftRuns } from './runs';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore(5000);
});
afterAll(() => opened.close());

/** A dashboard that began so long ago, and has said that it lives ever since but for the last `silentMs`. */
async function begin({
  host = 'a-machine',
  silentMs = 0,
  predecessorId = null as string | null,
} = {}): Promise<string> {
  const id = randomUUID();
  await registerDashboard(
    opened.store,
    { id, host, address: `http://${host}`, peerUrl: null },
    predecessorId,
  );
  await opened.store.dashboard.update({
    where: { id },
    data: { renewedAtMs: { decrement: silentMs }, steadySinceMs: { decrement: 10 * leaseMs } },
  });
  return id;
}
const known = async (): Promise<string[]> => (await listDashboards(opened.store)).map(({ id }) => id);

describe('dashboards on one database', () => {
  it('are taken for dead when they have not renewed for the length of a lease, and know it then', async () => {
    const [own, quiet, dead] = [
      await begin(),
      await begin({ silentMs: leaseMs / 2 }),
      await begin({ silentMs: leaseMs + 1 }),
    ];
    expect(await removeDead(opened.store, own)).toContain(dead);
    expect(await known()).toEqual(expect.arrayContaining([own, quiet]));
    expect(await renewDashboard(opened.store, quiet)).toBe(true);
    expect(await renewDashboard(opened.store, dead)).toBe(false);
  });

  it('take nobody for dead when they, or the database, were away themselves', async () => {
    const [own, other] = [await begin({ silentMs: leaseMs - 1000 }), await begin({ silentMs: 2 * leaseMs })];
    expect(await renewDashboard(opened.store, own)).toBe(true);
    expect(await removeDead(opened.store, own)).toEqual([]);
    expect(await renewDashboard(opened.store, other)).toBe(true);
  });

  it('take the place of one that is known to have ended, but of none on another machine', async () => {
    const [before, elsewhere] = [await begin(), await begin({ host: 'another' })];
    await begin({ predecessorId: before });
    await begin({ predecessorId: elsewhere });
    expect(await known()).not.toContain(before);
    expect(await known()).toContain(elsewhere);
  });
});

describe('a run', () => {
  it('is claimed by one dashboard, one at a time of a service', async () => {
    const { store } = opened;
    const [one, two] = [await begin(), await begin()];
    const service = await registerService(store, 'claimed');
    const [first, second] = [
      await queueRun(store, service, 'claimed-first'),
      await queueRun(store, service, 'claimed-second'),
    ];
    const claims = await Promise.all([one, two].map((id) => claimRun(store, first, id)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const owner = await ownerOf(store, first.id);
    expect([one, two]).toContain(owner?.id);
    expect(await claimRun(store, second, one)).toBe(false);
    await moveRun(store, first.id, 'stopped');
    expect(await claimRun(store, second, two)).toBe(true);
    expect(await ownerOf(store, second.id)).toMatchObject({ id: two, address: 'http://a-machine' });
  });

  it('whose dashboard is gone is taken by one of the others, or goes back to the queue', async () => {
    const { store } = opened;
    const [gone, one, two] = [await begin(), await begin(), await begin()];
    const [running, claimed] = await Promise.all(
      ['left-running', 'left-claimed'].map(async (id) =>
        queueRun(store, await registerService(store, id), id),
      ),
    );
    for (const run of [running!, claimed!]) expect(await claimRun(store, run, gone)).toBe(true);
    await moveRun(store, running!.id, 'starting');
    const none = (): boolean => false;
    expect(await takeLeftRuns(store, one, none)).toEqual([]);
    await removeDashboard(store, gone);
    const taken = await Promise.all([one, two].map((id) => takeLeftRuns(store, id, none)));
    expect(taken.flat()).toEqual([{ id: running!.id, formerOwnerId: gone }]);
    expect((await ownerOf(store, running!.id))?.id).toBe(taken[0]!.length > 0 ? one : two);
    expect(await ownerOf(store, claimed!.id)).toBeNull();
    expect(await claimRun(store, claimed!, two)).toBe(true);
    // One that could not be begun is tried again, by who has it.
    expect(await claimRun(store, claimed!, one)).toBe(false);
    expect(await claimRun(store, claimed!, two)).toBe(true);
  });
});

it('a duty is done by one, until it gives it back or is gone', async () => {
  const { store } = opened;
  const [one, two] = [await begin(), await begin()];
  const holders = async (): Promise<boolean[]> => [
    await hasDuty(store, 'sweeping', one),
    await hasDuty(store, 'sweeping', two),
  ];
  expect(await holders()).toEqual([true, false]);
  await leaveDuty(store, 'sweeping', two);
  expect(await holders()).toEqual([true, false]);
  await leaveDuty(store, 'sweeping', one);
  expect(await hasDuty(store, 'sweeping', two)).toBe(true);
  expect(await holders()).toEqual([false, true]);
  await removeDashboard(store, two);
  expect(await holders()).toEqual([true, false]);
  expect(await hasDuty(store, 'sweeping', null)).toBe(true);
});

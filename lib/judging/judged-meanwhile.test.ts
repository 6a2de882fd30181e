import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Run } from '@/lib/model/run';
import { noObjective } from '@/lib/model/objective';
import { recordFakeRun } from '@/lib/runs/fake-recorded-runs';
import { openTestStore, type TestStore } from '@/lib/runs/fake-run';
import { scopeOf, setBaseline } from '@/lib/store/baselines';
import { type Store } from '@/lib/store/client';
import { notePostgres } from '@/lib/store/dialect';
import { onPostgres } from '@/lib/store/fake-database';
import { findRun } from '@/lib/store/runs';
import { forgetVerdict, forgetVerdictsOfService } from '@/lib/store/verdicts';
import { findJudgedRun } from './judge-run';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.close());

/** The store as one dashboard has it; another does `meanwhile` once, just before this one keeps the verdict that it has made. */
function storeWhere(meanwhile: () => Promise<unknown>): Store {
  let isDone = false;
  const store = opened.store.$extends({
    query: {
      run: {
        async updateMany({ args, query }) {
          if (!isDone && typeof args.data.verdictJson === 'string') {
            isDone = true;
            await meanwhile();
          }
          return query(args);
        },
      },
    },
  }) as unknown as Store;
  if (onPostgres) notePostgres(store);
  return store;
}

const stored = async (id: string): Promise<Run> => (await findRun(opened.store, id))!;

it('is judged by the objective that another dashboard has set meanwhile', async () => {
  const id = await recordFakeRun(opened.store, 'asked-meanwhile', { seconds: 12 });
  const { service } = await stored(id);
  await forgetVerdict(opened.store, id);
  const store = storeWhere(async () => {
    await opened.store.service.update({
      where: { id: service.id },
      data: { objectiveJson: JSON.stringify({ ...noObjective, slowerThanMs: 1, slowShare: 0 }) },
    });
    await forgetVerdictsOfService(opened.store, service.id);
  });
  expect((await findJudgedRun(store, id))?.verdict).toMatchObject({
    outcome: 'fail',
    objectiveOf: 'service',
  });
  expect((await stored(id)).verdict).toMatchObject({ outcome: 'fail', objectiveOf: 'service' });
});

it('is held against the baseline that another dashboard has chosen meanwhile', async () => {
  const objective = { regression: true };
  const id = await recordFakeRun(opened.store, 'chosen-meanwhile', { seconds: 12, objective });
  const run = await stored(id);
  const reference = await recordFakeRun(opened.store, 'chosen-reference', { seconds: 12, objective });
  await forgetVerdict(opened.store, id);
  const store = storeWhere(() => setBaseline(opened.store, scopeOf(run), reference, 1));
  const tells = (verdict: Run['verdict']): boolean =>
    verdict?.checks.some(({ said }) => said.text.includes('chosen-reference')) ?? false;
  expect(tells((await findJudgedRun(store, id))?.verdict ?? null)).toBe(true);
  expect(tells((await stored(id)).verdict)).toBe(true);
});

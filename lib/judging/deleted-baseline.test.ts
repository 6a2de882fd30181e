import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { regressionsOf } from '@/lib/comparing/regressions';
import { trendOf } from '@/lib/comparing/trend';
import { exportPieces } from '@/lib/exporting/pieces';
import { readExportSource } from '@/lib/exporting/source';
import { recordFakeRun } from '@/lib/runs/fake-recorded-runs';
import { openTestStore, type TestStore } from '@/lib/runs/fake-run';
import { readRunPage } from '@/lib/runs/read';
import { heldAgainst, scopeOf, setBaseline } from '@/lib/store/baselines';
import { deleteRuns, removeRun, restoreRuns } from '@/lib/store/deleted-runs';
import { editRun, findRun } from '@/lib/store/runs';
import { defaultColumns } from '@/lib/timeline/overview';
import { findJudgedRun } from './judge-run';
import { listJudgedRuns } from './judged-list';

let opened: TestStore;
let fast = '';
let alike = '';
let slow = '';
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.close());

const noBaseline = 'no baseline is chosen that it could be tested against: choose one on a run’s page';

let round = 0;
beforeEach(async () => {
  const serviceName = `held-${++round}`;
  const run = (name: string, tookMs: number): Promise<string> =>
    recordFakeRun(opened.store, `${serviceName} ${name}`, {
      serviceName,
      seconds: 40,
      tookMs: () => tookMs,
      objective: { regression: true },
    });
  [fast, alike, slow] = [await run('fast', 30), await run('alike', 30), await run('slow', 300)];
  await setBaseline(opened.store, scopeOf((await findRun(opened.store, fast))!), fast, 1);
});

/** What each place tells of the slow run, which must be one thing. */
async function toldOfSlow(): Promise<{ outcome: string; against: string | null }> {
  const { store } = opened;
  const verdict = (await findJudgedRun(store, slow))!.verdict!;
  const { serviceName } = scopeOf((await findRun(store, slow))!);
  const { runs } = await listJudgedRuns(store, {
    service: serviceName,
    page: 1,
    pageSize: 10,
    sort: 'createdAtMs',
    order: 'asc',
  });
  const listed = runs.find(({ id }) => id === slow)!.verdict;
  const page = (await readRunPage(store, slow, { columns: defaultColumns, range: null }))!.run.verdict;
  const trend = (await trendOf(store, { service: serviceName })).runs.find(({ id }) => id === slow)!;
  const markdown = await text(slow);
  expect([listed?.outcome, page?.outcome, trend.verdict?.outcome]).toEqual(
    Array.from({ length: 3 }, () => verdict.outcome),
  );
  expect([listed?.said, page?.said, trend.verdict?.said]).toEqual(
    Array.from({ length: 3 }, () => verdict.said),
  );
  const said = verdict.checks.find(({ subject }) => subject === 'regression')?.said.text ?? null;
  const against = said === noBaseline ? null : (/baseline (.+?)(:| by)/.exec(said ?? '')?.[1] ?? said);
  expect(markdown.includes('than the baseline')).toBe(against !== null);
  const standing = (await regressionsOf(store, [slow]))[slow];
  expect([standing === undefined, trend.regression === null]).toEqual([against === null, against === null]);
  return { outcome: verdict.outcome, against };
}

async function text(id: string): Promise<string> {
  const source = (await readExportSource(opened.store, id, false))!;
  let written = '';
  const request = { format: 'markdown', lang: 'en', nowMs: 1 } as const;
  for await (const piece of exportPieces(opened.store, source, request)) written += piece as string;
  return written;
}

it('is a baseline no more once it is deleted, and again when it is restored', async () => {
  const name = 'held-1 fast';
  expect(await toldOfSlow()).toEqual({ outcome: 'fail', against: name });
  expect(await heldAgainst(opened.store, [fast])).toEqual([{ runId: fast, name, runs: 2 }]);
  expect(await heldAgainst(opened.store, [fast, slow])).toEqual([{ runId: fast, name, runs: 1 }]);
  expect(await heldAgainst(opened.store, [slow])).toEqual([]);

  await deleteRuns(opened.store, [fast], 1);
  expect(await toldOfSlow()).toEqual({ outcome: 'unclear', against: null });
  expect(await heldAgainst(opened.store, [fast])).toEqual([]);

  await restoreRuns(opened.store, [fast]);
  expect(await toldOfSlow()).toEqual({ outcome: 'fail', against: name });

  await deleteRuns(opened.store, [fast], 1);
  await removeRun(opened.store, fast);
  expect(await toldOfSlow()).toEqual({ outcome: 'unclear', against: null });
});

it('does not take the place of a baseline that was chosen while it was deleted', async () => {
  await deleteRuns(opened.store, [fast], 1);
  await setBaseline(opened.store, scopeOf((await findRun(opened.store, alike))!), alike, 2);
  await restoreRuns(opened.store, [fast]);
  expect(await toldOfSlow()).toEqual({ outcome: 'fail', against: 'held-2 alike' });
});

it('is told by the name that it has now', async () => {
  await toldOfSlow();
  await editRun(opened.store, fast, { name: 'the quick one' });
  expect(await toldOfSlow()).toEqual({ outcome: 'fail', against: 'the quick one' });
});

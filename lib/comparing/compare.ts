import { regressionTest } from '@/lib/statistics/regression';
import { findBaseline, scopeOf } from '@/lib/store/baselines';
import { type Store } from '@/lib/store/client';
import { readRecording } from '@/lib/store/recording';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { type Run } from '@/lib/model/run';
import { standingOf } from '@/lib/verdict/standing';
import { comparedFigures, confidence } from './compare-figures';
import { comparedRun, partsOfRun, type RunParts } from './compare-run';
import { comparedSettings, scriptDiffs, type RunVersions } from './compare-settings';
import { type CompareQuery, type Comparison } from './comparison';

export interface CompareOptions {
  /** What a reader may see of a run: a share masks its secrets here. */
  show?: (run: Run) => Run;
}

/** What was before is what the others are held against. */
function oldestOf<F extends { parts: RunParts }>(found: readonly F[]): F | undefined {
  const beganMs = ({ parts: { run } }: F): number => run.originMs ?? run.createdAtMs;
  return found.reduce<F | undefined>(
    (oldest, one) => (oldest === undefined || beganMs(one) < beganMs(oldest) ? one : oldest),
    undefined,
  );
}

/** Runs side by side, each against the reference; null if none of them exists. Ids without a run are named. */
export async function compareRuns(
  store: Store,
  { runs: ids, base }: CompareQuery,
  { show = (run) => run }: CompareOptions = {},
): Promise<Comparison | null> {
  const found: { parts: RunParts; versions: RunVersions; isBaseline: boolean }[] = [];
  const missing: string[] = [];
  // One after the other: an hour's recording is large while it is read, and small afterwards.
  for (const id of ids) {
    const run = await findJudgedRun(store, id);
    const more =
      run &&
      (await store.run.findUnique({
        where: { id },
        select: { engine: true, scaletraceVersion: true, clusterVersion: true, thinnedStepMs: true },
      }));
    if (!run || !more) {
      missing.push(id);
      continue;
    }
    const recording = await readRecording(store, id);
    const { thinnedStepMs, ...versions } = more;
    const baseline = await findBaseline(store, scopeOf(run));
    found.push({
      parts: partsOfRun(show(run), recording, thinnedStepMs ?? undefined),
      versions: { ...versions, fileHashes: run.files.map(({ sha256 }) => sha256) },
      isBaseline: baseline?.runId === id,
    });
  }
  const first = found.find(({ parts }) => parts.run.id === base) ?? oldestOf(found);
  if (!first) return null;
  const reference = first.parts;
  const parts = found.map((one) => one.parts);
  const runs = parts.map(({ run }) => run);
  return {
    referenceId: reference.run.id,
    runs: found.map((one) => comparedRun(one.parts, one.isBaseline)),
    missing,
    confidence,
    figures: comparedFigures(parts, reference),
    regressions: parts
      .filter((one) => one !== reference)
      .map(({ run, columns }) => {
        const test = regressionTest(reference.columns, columns);
        const { tested, worse, again, also } = standingOf(test, reference.run.verdict, run.verdict);
        return { runId: run.id, tested, worse, again, also };
      }),
    settings: comparedSettings(
      runs,
      found.map((one) => one.versions),
    ),
    scripts: scriptDiffs(runs, reference.run),
  };
}

import { regressionTest } from '@/lib/statistics/regression';
import { findBaseline } from '@/lib/store/baselines';
import { type Store } from '@/lib/store/client';
import { readRecording } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { type Run } from '@/lib/model/run';
import { scopeOf } from './trend';
import { comparedFigures, confidence } from './compare-figures';
import { comparedRun, partsOfRun, type RunParts } from './compare-run';
import { comparedSettings, scriptDiffs, type RunVersions } from './compare-settings';
import { type CompareQuery, type Comparison } from './comparison';

export interface CompareOptions {
  /** What a reader may see of a run: a share masks its secrets here. */
  show?: (run: Run) => Run;
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
    const run = await findRun(store, id);
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
      versions,
      isBaseline: baseline?.runId === id,
    });
  }
  const first = found.find(({ parts }) => parts.run.id === base) ?? found[0];
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
        const { tested, worse } = regressionTest(reference.columns, columns);
        return { runId: run.id, tested, worse };
      }),
    settings: comparedSettings(
      runs,
      found.map((one) => one.versions),
    ),
    scripts: scriptDiffs(runs, reference.run),
  };
}

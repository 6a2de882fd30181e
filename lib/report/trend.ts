import { regressionTest, type Regression } from '@/lib/histogram/regression';
import { type BaselineScope, findBaseline } from '@/lib/store/baselines';
import { type Store } from '@/lib/store/client';
import { findRun, hasEnded } from '@/lib/store/runs';
import { listTrendPairs, listTrendRuns, type TrendRow } from '@/lib/store/trend';
import { blocksOfRun } from './run-blocks';
import { type RegressionVerdict, type RunBaseline, type Trend, type TrendQuery, type TrendRun } from './trend-shape';

/** More runs than a chart tells apart. */
const mostRuns = 60;

/** The figures of the runs of one script and service over time, each held against the baseline of its namespace. */
export async function trendOf(store: Store, { service, script }: TrendQuery): Promise<Trend> {
  const pairs = await listTrendPairs(store);
  const pair = pairs.find((one) => (service === undefined || one.serviceName === service) && (script === undefined || one.scriptName === script));
  const serviceName = service ?? pair?.serviceName ?? null;
  const scriptName = script ?? pair?.scriptName ?? null;
  if (serviceName === null || scriptName === null) return { pairs, serviceName, scriptName, runs: [] };
  const rows = await listTrendRuns(store, { serviceName, scriptName }, mostRuns);
  const baselines = new Map<string, TrendRow | null>();
  for (const namespace of new Set(rows.map((row) => row.namespace))) baselines.set(namespace, await baselineRow(store, { namespace, serviceName, scriptName }, rows));
  const runs: TrendRun[] = [];
  // One after the other: what a run recorded is large while it is read.
  for (const { thinnedStepMs, ended, ...row } of rows) {
    const baseline = baselines.get(row.namespace) ?? null;
    const isBaseline = baseline?.id === row.id;
    const regression = baseline && !isBaseline && ended ? verdictOf(await testAgainst(store, baseline, { id: row.id, ended, thinnedStepMs })) : null;
    runs.push({ ...row, isBaseline, regression });
  }
  return { pairs, serviceName, scriptName, runs };
}

type Tested = Pick<TrendRow, 'id' | 'ended' | 'thinnedStepMs'>;

async function testAgainst(store: Store, baseline: Tested, run: Tested): Promise<Regression> {
  return regressionTest(await blocksOfRun(store, baseline), await blocksOfRun(store, run));
}

const verdictOf = ({ tested, worse }: Regression): RegressionVerdict => ({ tested, worse });

/** The baseline among the runs shown, or read apart when it is older than they are. */
async function baselineRow(store: Store, scope: BaselineScope, rows: readonly TrendRow[]): Promise<TrendRow | null> {
  const baseline = await findBaseline(store, scope);
  if (!baseline) return null;
  return rows.find(({ id }) => id === baseline.runId) ?? testedRun(store, baseline.runId);
}

async function testedRun(store: Store, id: string): Promise<TrendRow | null> {
  const [run, row] = await Promise.all([findRun(store, id), store.run.findUnique({ where: { id }, select: { thinnedStepMs: true } })]);
  if (!run || !row) return null;
  return { id, name: run.name, state: run.state, startedAtMs: run.originMs ?? run.createdAtMs, ended: hasEnded(run.state), namespace: run.service.namespace, thinnedStepMs: row.thinnedStepMs, figures: run.figures };
}

/** The baseline of a run's script and service, and how the run stands against it; null if there is no such run. */
export async function runBaseline(store: Store, id: string): Promise<RunBaseline | null> {
  const run = await testedRun(store, id);
  const full = run && (await findRun(store, id));
  if (!run || !full) return null;
  const baseline = await findBaseline(store, scopeOf(full));
  const other = baseline && baseline.runId !== id && run.ended ? await testedRun(store, baseline.runId) : null;
  return { baseline, regression: other ? verdictOf(await testAgainst(store, other, run)) : null };
}

/** What a run would be the baseline of. */
export function scopeOf({ service, scriptName }: { service: { namespace: string; name: string }; scriptName: string }): BaselineScope {
  return { namespace: service.namespace, serviceName: service.name, scriptName };
}

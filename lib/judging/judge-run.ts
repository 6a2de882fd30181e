import { isDeepStrictEqual } from 'node:util';
import { hasEnded } from '@/lib/model/life';
import { noObjective, asksForMore, type Objective, type ObjectiveChange } from '@/lib/model/objective';
import { isWatched, type Run } from '@/lib/model/run';
import { type Verdict, type VerdictShown } from '@/lib/model/verdict';
import { findBaseline, scopeOf } from '@/lib/store/baselines';
import { type Store } from '@/lib/store/client';
import { makeColumns, readOverview } from '@/lib/store/overview';
import { findRun } from '@/lib/store/runs';
import { listTrendRunsById } from '@/lib/store/trend';
import { askedOfService, forgetVerdict, keepVerdict, type AskedOfService } from '@/lib/store/verdicts';
import { correlateOverview, type Overview } from '@/lib/timeline/overview';
import { type AgainstBaseline } from '@/lib/verdict/checks';
import { factsOf } from '@/lib/verdict/facts';
import { judge } from '@/lib/verdict/judge';
import { inEnglish } from './in-english';
import { regressionAgainst } from './against-baseline';

/** The run with its verdict, which is made and kept where there is none; as it is while it goes on. */
async function judged(store: Store, run: Run): Promise<Run> {
  if (run.verdict !== null || !hasEnded(run.state)) return run;
  const key = run.id;
  const underWay = making.get(key) ?? judgeAndKeep(store, run).finally(() => making.delete(key));
  making.set(key, underWay);
  const verdict = await underWay;
  const { worstIncidentMs, worstIncidentOpen } = verdict.figures;
  return { ...run, figures: { ...run.figures, worstIncidentMs, worstIncidentOpen }, verdict };
}

/** The run with its verdict; null if there is no such run. */
export async function findJudgedRun(store: Store, id: string): Promise<Run | null> {
  const run = await findRun(store, id);
  return run && judged(store, run);
}

/** The verdicts of those of the runs that have ended, by their ids. */
export async function verdictsOf(
  store: Store,
  ids: readonly string[],
): Promise<Record<string, VerdictShown>> {
  const verdicts: Record<string, VerdictShown> = {};
  // One after the other: what a run recorded is large while it is read.
  for (const id of ids) {
    const verdict = (await findJudgedRun(store, id))?.verdict;
    if (verdict) verdicts[id] = { outcome: verdict.outcome, said: verdict.said };
  }
  return verdicts;
}

/** Several readers of one run wait for the same. */
const making = new Map<string, Promise<Verdict>>();

/** As often in a row somebody changes what a run is judged by, hardly. */
const mostAttempts = 3;

async function judgeAndKeep(store: Store, run: Run): Promise<Verdict> {
  const overview = await overviewOf(store, run);
  for (let attempt = 1; ; attempt++) {
    const grounds = await groundsOf(store, run);
    const verdict = await verdictOf(store, run, overview, grounds.asked);
    await keepVerdict(store, run.id, verdict, grounds.asked);
    if ((await dropUnlessStanding(store, run, grounds)) || attempt === mostAttempts) return verdict;
  }
}

/** What a verdict stands on beside the recording. */
export interface Grounds {
  asked: AskedOfService | null;
  /** The run that it is held against. */
  baselineId: string | null;
}

/** What a run is judged by now. */
export async function groundsOf(store: Store, run: Run): Promise<Grounds> {
  const [asked, baseline] = await Promise.all([
    askedOfService(store, run.id),
    findBaseline(store, scopeOf(run)),
  ]);
  return { asked, baselineId: baseline?.runId ?? null };
}

/**
 * Forgets a verdict that was just kept where it stands on other than what is asked by now; false then. Whoever changes that,
 * on this dashboard or another, forgets the verdicts that are kept, after the change: one that was being made meanwhile is
 * found here.
 */
export async function dropUnlessStanding(store: Store, run: Run, grounds: Grounds): Promise<boolean> {
  if (isDeepStrictEqual(await groundsOf(store, run), grounds)) return true;
  await forgetVerdict(store, run.id);
  return false;
}

async function overviewOf(store: Store, run: Run): Promise<Overview> {
  const { overview } = await readOverview(store, run.id);
  if (overview.columns.length > 0 || !(await makeColumns(store, run.id, run.loadStartMs))) return overview;
  return (await readOverview(store, run.id)).overview;
}

/**
 * The verdict of a run that has ended, or ends now as `run` says, by its recording with every second. `asked`: what its
 * service asks for now; null: it is registered no more, and what it asked for then is taken.
 */
export async function verdictOf(
  store: Store,
  run: Run,
  recording: Overview,
  asked: { objective: Objective | null; pricePerPodHour: number | null } | null,
  change: ObjectiveChange | null = run.objective,
): Promise<Verdict> {
  const { objective: ofService, pricePerPodHour } = asked ?? run.service;
  const objective = { ...(ofService ?? noObjective), ...change };
  const objectiveOf =
    change && Object.keys(change).length > 0
      ? 'run'
      : ofService && asksForMore(ofService)
        ? 'service'
        : 'none';
  const correlation = correlateOverview(recording, run.loadStartMs, run.loadEndMs);
  const facts = factsOf(run, recording, correlation, objective, pricePerPodHour ?? null);
  const against = objective.regression ? await againstBaseline(store, run) : null;
  return inEnglish(judge(facts, { objective, objectiveOf }, against));
}

/** How the run stands against the baseline of its script and service; null: it is that itself, or nobody loaded it. */
async function againstBaseline(store: Store, run: Run): Promise<AgainstBaseline> {
  if (isWatched(run)) return null;
  const baseline = await findBaseline(store, scopeOf(run));
  if (baseline?.runId === run.id) return null;
  const [reference] = baseline ? await listTrendRunsById(store, [baseline.runId]) : [];
  if (!baseline || !reference) return 'none-chosen';
  const tested = { id: run.id, ended: hasEnded(run.state), thinnedStepMs: run.thinnedStepMs };
  return { name: baseline.name, regression: await regressionAgainst(store, reference, tested) };
}

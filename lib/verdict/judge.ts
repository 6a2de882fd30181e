import { type Objective } from '@/lib/model/objective';
import { type Verdict, type VerdictOutcome } from '@/lib/model/verdict';
import { type Message } from '@/lib/model/message';
import { type AgainstBaseline, type Check, checksOf } from './checks';
import { type RunFacts } from './facts';
import { verdictSentence } from './sentence';

/** A verdict whose sentences are not yet said in English. */
export interface Judgement extends Omit<Verdict, 'said' | 'checks'> {
  said: Message;
  checks: Check[];
}

/**
 * The one verdict of an ended run: it fails where anything that it is judged by surely fails; it is unclear where
 * nothing does and something is in doubt, which is held against nobody; else it passes.
 */
export function judge(
  facts: RunFacts,
  { objective, objectiveOf }: { objective: Objective; objectiveOf: Verdict['objectiveOf'] },
  against: AgainstBaseline,
): Judgement {
  const checks = checksOf(facts, objective, against);
  const has = (outcome: VerdictOutcome): boolean => checks.some((check) => check.outcome === outcome);
  const outcome = has('fail') ? 'fail' : has('unclear') ? 'unclear' : 'pass';
  return {
    outcome,
    said: verdictSentence(outcome, checks, facts),
    checks,
    objective,
    objectiveOf,
    figures: facts.figures,
  };
}

/**
 * Whether a build stops at this verdict: it failed, or the run did not come to its end. A run that did, of which
 * something is in doubt, stops none.
 */
export function breaksBuild({ outcome, checks }: Pick<Verdict, 'outcome' | 'checks'>): boolean {
  return outcome === 'fail' || checks.some((check) => check.subject === 'end' && check.outcome !== 'pass');
}

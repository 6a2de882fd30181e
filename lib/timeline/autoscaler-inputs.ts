import { type AutoscalerReport, type ClusterReport } from '@/lib/model/cluster-report';
import { type Decision } from '@/lib/model/recording';

/** Something that went into both decisions, and differed: means over the time in which both are known. */
export interface InputDifference {
  input: 'stable' | 'panic' | 'target';
  ours: number;
  theirs: number;
}

/** Less than both is no difference: the two look at other moments of one load. */
const leastShare = 0.1;
const least = 0.5;

/** The inputs in which the cluster's autoscaler, by its own metrics, and our calculation differed. */
export function inputDifferences(
  decisions: readonly Decision[],
  reports: readonly ClusterReport[],
  fromMs: number,
  toMs: number,
): InputDifference[] {
  const theirs = reports.filter((report): report is AutoscalerReport => report.kind === 'autoscaler');
  const valid = decisions.filter(({ valid: is, atMs }) => is && atMs >= fromMs && atMs <= toMs);
  const differences: InputDifference[] = [];
  for (const input of ['stable', 'panic', 'target'] as const) {
    let [ours, others, count] = [0, 0, 0];
    let next = 0;
    const now = new Map<string, number>();
    for (const decision of valid) {
      for (; theirs[next] && theirs[next]!.atMs <= decision.atMs; next++) {
        const { revision, [input]: value } = theirs[next]!;
        if (value !== null) now.set(revision, value);
      }
      const own = ownOf(decision, input);
      if (own === null || now.size === 0) continue;
      const values = [...now.values()];
      // A target is each revision's own; what is in flight adds up.
      others += input === 'target' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
      ours += own;
      count++;
    }
    if (count === 0) continue;
    const difference = { input, ours: ours / count, theirs: others / count };
    const apart = Math.abs(difference.ours - difference.theirs);
    if (apart >= least && apart >= leastShare * Math.max(difference.ours, difference.theirs))
      differences.push(difference);
  }
  return differences;
}

function ownOf(
  { stableAverage, panicAverage, reason }: Decision,
  input: InputDifference['input'],
): number | null {
  if (input === 'stable') return stableAverage;
  if (input === 'panic') return panicAverage;
  return typeof reason.target === 'number' ? reason.target : null;
}

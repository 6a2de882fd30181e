import { type AutoscalerSeen, type AutoscalerStep } from '@/lib/timeline/autoscaler-seen';
import { type Decision } from '@/lib/model/recording';
import { formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { around, lastBefore, type ChartModel } from './model';
import { heldSteps, lineBase, type ChartSpec, type Corner, type LegendItem, type SpecInput } from './series';

/** Scrapes further apart (ms) are not joined: what was between them is not known. */
const joinedMs = 90_000;

/** The revision whose averages are drawn: the one that was chosen, else the one that is told of last. */
export function seenRevision(
  { correlation }: Pick<ChartModel, 'correlation'>,
  chosen: string | null,
): AutoscalerSeen | undefined {
  const { autoscaler } = correlation;
  return autoscaler.find(({ revision }) => revision === chosen) ?? autoscaler.at(-1);
}

type Numbers = Pick<Decision, 'stableAverage' | 'panicAverage' | 'replicas'>;

/**
 * The calculation's numbers of one revision at a decision; null: it is about another one. Until a second one came the
 * service was the first's alone.
 */
function ownNumbers(
  { correlation: { revisions } }: Pick<ChartModel, 'correlation'>,
  { part, ...whole }: Decision,
  revision: string | undefined,
): Numbers | null {
  if (part) return part.revision === revision ? part : null;
  const [first] = revisions;
  return !first || first.target === null || first.revision === revision ? whole : null;
}

/** The last decision on one revision at or before a moment. */
export function ownDecisionAt(
  model: Pick<ChartModel, 'correlation' | 'decisions'>,
  atMs: number,
  revision: string | undefined,
): Numbers | null {
  const { decisions } = model;
  const last = lastBefore(decisions, atMs);
  for (let i = last ? decisions.indexOf(last) : -1; i >= 0; i--) {
    const own = ownNumbers(model, decisions[i]!, revision);
    if (own) return own;
  }
  return null;
}

/** What the cluster's autoscaler last said of a revision at or before a moment. */
export function seenAt(seen: AutoscalerSeen | undefined, atMs: number): AutoscalerStep | null {
  const step = seen && lastBefore(seen.steps, atMs);
  return step && !(step.isScrape && atMs - step.atMs > joinedMs) ? step : null;
}

/** Values as the cluster told them: held until the next where it was asked again and again, else joined from scrape to scrape. */
function theirCorners(
  steps: readonly AutoscalerStep[],
  value: (step: AutoscalerStep) => number | null,
  endMs: number,
): Corner[] {
  const known = steps.flatMap((step) => {
    const y = value(step);
    return y === null ? [] : [{ x: step.atMs, y, isScrape: step.isScrape }];
  });
  if (known.every(({ isScrape }) => !isScrape)) return heldSteps(known, endMs);
  return known.flatMap(({ x, y }, i) => {
    const before = known[i - 1];
    return before && x - before.x > joinedMs
      ? [
          { x: before.x + 1, y: NaN },
          { x, y },
        ]
      : [{ x, y }];
  });
}

/** Both averages that scaling is decided on, the calculation's and, by its own metrics, the cluster's autoscaler's. */
export function averagesSpec(
  { theme, t }: SpecInput,
  locale: Locale,
  chosen: string | null,
  revisions: readonly string[],
): ChartSpec {
  const looks = [
    ['own-stable', t('charts.averages.ownStable'), theme.colours.active, 'line'],
    ['own-panic', t('charts.averages.ownPanic'), theme.colours.panic, 'line'],
    ['their-stable', t('charts.averages.theirStable'), theme.colours.theirs, 'dashed'],
    ['their-panic', t('charts.averages.theirPanic'), theme.colours.theirs, 'dotted'],
  ] as const satisfies readonly (readonly [string, string, string, LegendItem['shape']])[];
  const dash = { line: [], dashed: [7, 3], dotted: [2, 2.5] };
  const lines = looks.map(([key, label, colour, shape]) => ({
    ...lineBase(key, label, shape === 'line' ? 2 : 1),
    borderColor: colour,
    borderWidth: shape === 'line' ? 1.5 : 1.75,
    borderDash: dash[shape],
    fill: false,
    stack: key,
  }));
  const [ownStable, ownPanic, theirStable, theirPanic] = lines;
  return {
    key: 'averages',
    form: [chosen ?? '', ...revisions].join(' '),
    height: 150,
    datasets: lines,
    legend: looks.map(([key, label, colour, shape]) => ({ key, label, colour, shape })),
    fill({ model, range }) {
      const seen = seenRevision(model, chosen);
      const endMs = Math.min(model.endMs, range.toMs);
      const own = around(model.decisions, range).flatMap((decision) => {
        const numbers = ownNumbers(model, decision, seen?.revision);
        return numbers ? [{ atMs: decision.atMs, ...numbers }] : [];
      });
      const ours = (value: (one: (typeof own)[number]) => number | null): Corner[] =>
        heldSteps(
          own.flatMap((one) => {
            const y = value(one);
            return y === null ? [] : [{ x: one.atMs, y }];
          }),
          endMs,
        );
      const steps = around(seen?.steps ?? [], range);
      ownStable!.data = ours(({ stableAverage }) => stableAverage);
      ownPanic!.data = ours(({ panicAverage }) => panicAverage);
      theirStable!.data = theirCorners(steps, ({ stable }) => stable, endMs);
      theirPanic!.data = theirCorners(steps, ({ panic }) => panic, endMs);
    },
    y: {
      suggestedMax: 5,
      tick: (value) => formatNumber(value, locale, Number.isInteger(value) ? 0 : 1),
    },
  };
}

/** How many pods the cluster's autoscaler asks for by its own metrics, of all revisions together. */
export function theirDesired({ correlation }: ChartModel, endMs: number): Corner[] {
  const now = new Map<string, number>();
  const changes = correlation.autoscaler
    .flatMap(({ revision, steps }) => steps.map(({ atMs, desired }) => ({ revision, atMs, desired })))
    .filter((change): change is typeof change & { desired: number } => change.desired !== null)
    .sort((a, b) => a.atMs - b.atMs);
  return heldSteps(
    changes
      .map(({ revision, atMs, desired }) => {
        now.set(revision, desired);
        return { x: atMs, y: [...now.values()].reduce((sum, value) => sum + value, 0) };
      })
      .filter(({ x, y }, i, all) => (i === 0 || y !== all[i - 1]!.y) && x <= endMs),
    endMs,
  );
}

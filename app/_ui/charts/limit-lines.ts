import { type Decision } from '@/lib/model/recording';
import { around, lastBefore, limitsOf, type ChartModel, type TimeRange } from './model';
import { mostSpans, thinSteps } from './pod-steps';
import { heldSteps, lineBase, type Corner, type LegendItem, type SpecInput } from './series';

/** What a chart's axis counts: the load that a service scales on is drawn where it is counted, and nowhere else. */
export type LoadAxis = 'concurrency' | 'rps';

/** The axis on which a decision's load is; null: no chart shows it, such as a share of a CPU. */
export function loadAxisOf(decision: Pick<Decision, 'reason'> | undefined): LoadAxis | null {
  const { metric } = decision?.reason ?? {};
  if (metric === 'rps') return 'rps';
  // A decision without the name is of before rates were calculated with.
  return metric === 'concurrency' || typeof metric !== 'string' ? 'concurrency' : null;
}

/**
 * What the ready pods should have together, and the load at which so many times the ready pods would be wanted: where
 * they change, of an hour with thousands of pods no more than a screen tells apart.
 */
export function limitLines(
  model: ChartModel,
  range: TimeRange,
  axis: LoadAxis,
): { target: Corner[]; panic: Corner[] } {
  const endMs = Math.min(model.endMs, range.toMs);
  const target: Corner[] = [];
  const panic: Corner[] = [];
  const add = (line: Corner[], x: number, y: number): void => {
    if (line.at(-1)?.y !== y) line.push({ x, y });
  };
  const steps = thinSteps(
    around(model.correlation.pods.steps, range),
    (range.toMs - range.fromMs) / mostSpans,
  );
  for (const { atMs, ready } of steps) {
    const decision = lastBefore(model.decisions, atMs) ?? model.decisions[0];
    const limits = loadAxisOf(decision) === axis ? limitsOf(decision) : null;
    if (!limits || atMs > endMs) continue;
    add(target, atMs, limits.target * ready);
    if (limits.panicThreshold > 0)
      add(panic, atMs, limits.target * limits.panicThreshold * Math.max(1, ready));
  }
  return { target: heldSteps(target, endMs), panic: heldSteps(panic, endMs) };
}

/** The two lines as series of a chart. */
export function limitDatasets({ theme, t }: SpecInput) {
  const line = (key: 'target' | 'panic', dash: number[]) => ({
    ...lineBase(key, t(`charts.${key}`), 0),
    borderColor: theme.colours[key],
    borderWidth: 1.75,
    borderDash: dash,
    fill: false,
    stack: key,
  });
  return { target: line('target', [7, 3]), panic: line('panic', [2, 2.5]) };
}

/** Their legend. */
export function limitLegend({ theme, t }: SpecInput): LegendItem[] {
  return [
    { key: 'target', label: t('charts.target'), colour: theme.colours.target, shape: 'dashed' },
    { key: 'panic', label: t('charts.panic'), colour: theme.colours.panic, shape: 'dotted' },
  ];
}

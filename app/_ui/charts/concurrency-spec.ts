import { peakOf, type ConcurrencySpan } from '@/lib/timeline/overview';
import { podsAt } from '@/lib/timeline/pods';
import { formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { around, lastBefore, limitsOf, type ChartModel, type TimeRange } from './model';
import { below, heldSteps, hideZero, lineBase, spanSteps, type ChartSpec, type SpecInput } from './series';
import { pattern, withAlpha } from './theme';

/** Requests in flight, those waiting apart, with what the ready pods should have and where panic begins. */
export function concurrencySpec({ theme, t }: SpecInput, locale: Locale): ChartSpec {
  const area = (key: 'active' | 'waiting', order: number, hatched: boolean) => ({
    ...lineBase(key, t(`charts.${key}`), order),
    borderColor: theme.colours[key],
    borderWidth: 1,
    backgroundColor: hatched ? pattern('rising', theme.colours[key]) : withAlpha(theme.colours[key], 0.45),
    fill: below(key === 'active' ? 0 : 1),
    stack: 'load',
    segment: hideZero,
  });
  const line = (key: 'target' | 'panic', dash: number[]) => ({
    ...lineBase(key, t(`charts.${key}`), 0),
    borderColor: theme.colours[key],
    borderWidth: 1.75,
    borderDash: dash,
    fill: false,
    stack: key,
  });
  const active = area('active', 2, false);
  const waiting = area('waiting', 3, true);
  const target = line('target', [7, 3]);
  const panic = line('panic', [2, 2.5]);
  let split = true;
  return {
    key: 'concurrency',
    height: 170,
    datasets: [active, waiting, target, panic],
    get legend() {
      return [
        {
          key: 'active',
          label: split ? t('charts.active') : t('charts.total'),
          colour: theme.colours.active,
          shape: 'area' as const,
        },
        ...(split
          ? [
              {
                key: 'waiting',
                label: t('charts.waiting'),
                colour: theme.colours.waiting,
                shape: 'rising' as const,
              },
            ]
          : []),
        { key: 'target', label: t('charts.target'), colour: theme.colours.target, shape: 'dashed' as const },
        { key: 'panic', label: t('charts.panic'), colour: theme.colours.panic, shape: 'dotted' as const },
      ];
    },
    fill({ model, range }) {
      const samples = decimate(
        around(model.recording.concurrency, range).filter((sample) => !sample.instant),
      );
      split = samples.length === 0 || samples.some((sample) => sample.waiting !== null);
      // A sample bears the end of its second; what lies between two that are further apart was not read.
      const points = (value: (sample: ConcurrencySpan) => number) =>
        spanSteps(
          samples.map((sample, i) => ({
            fromMs: Math.max(samples[i - 1]?.atMs ?? -Infinity, sample.fromMs - slackMs),
            toMs: sample.atMs,
            y: value(sample),
          })),
        );
      active.data = points((sample) => sample.active ?? sample.total);
      waiting.data = points((sample) => sample.waiting ?? 0);
      const limits = limitLines(model, range);
      const endMs = Math.min(model.endMs, range.toMs);
      target.data = heldSteps(limits.target, endMs);
      panic.data = heldSteps(limits.panic, endMs);
    },
    y: { suggestedMax: 5, tick: (value) => formatNumber(value, locale, Number.isInteger(value) ? 0 : 1) },
  };
}

const mostSamples = 1200;
/** Seconds are not read to the millisecond: a little between two is no gap. */
const slackMs = 500;

/** At most so many samples: of neighbours the one with the most load. */
function decimate(samples: readonly ConcurrencySpan[]): readonly ConcurrencySpan[] {
  const size = Math.ceil(samples.length / mostSamples);
  return size <= 1
    ? samples
    : Array.from({ length: Math.ceil(samples.length / size) }, (_, i) =>
        peakOf(samples.slice(i * size, (i + 1) * size)),
      );
}

/** What the ready pods should have together, and the load at which twice (or so) the ready pods would be wanted. */
function limitLines(
  model: ChartModel,
  range: TimeRange,
): { target: { x: number; y: number }[]; panic: { x: number; y: number }[] } {
  const endMs = Math.min(model.endMs, range.toMs);
  const result: { target: { x: number; y: number }[]; panic: { x: number; y: number }[] } = {
    target: [],
    panic: [],
  };
  const steps = around(model.correlation.pods.steps, range);
  for (const atMs of [...steps.map((step) => step.atMs), endMs]) {
    const limits = limitsOf(lastBefore(model.decisions, atMs) ?? model.decisions[0]);
    if (!limits || atMs > endMs) continue;
    const { ready } = podsAt(model.correlation.pods.steps, atMs);
    result.target.push({ x: atMs, y: limits.target * ready });
    if (limits.panicThreshold > 0)
      result.panic.push({ x: atMs, y: limits.target * limits.panicThreshold * Math.max(1, ready) });
  }
  return result;
}

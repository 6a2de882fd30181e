import { peakOf, type ConcurrencySpan } from '@/lib/timeline/overview';
import { formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { heldTogether } from '@/lib/timeline/activator-held';
import { limitDatasets, limitLegend, limitLines } from './limit-lines';
import { around } from './model';
import { revisionColours } from './pods-spec';
import { below, heldSteps, hideZero, lineBase, spanSteps, type ChartSpec, type SpecInput } from './series';
import { pattern, withAlpha } from './theme';

/**
 * Requests in flight, those waiting apart, those that the activators have by their own metrics, with what the ready pods should have and where panic begins, where the service
 * scales on them. Of several revisions they are stacked by revision, as the pods are, with those that wait as a line.
 */
export function concurrencySpec(
  { theme, t }: SpecInput,
  locale: Locale,
  /** In the order in which they came, by their names and as they are shown; empty: one. */
  revisions: readonly { name: string; shown: string }[] = [],
): ChartSpec {
  const several = revisions.length > 1;
  const owns = several
    ? revisions.map(({ shown }, i) => {
        const colour = theme.colours[revisionColours[i % revisionColours.length]!];
        return {
          ...lineBase(`in flight ${i}`, t('charts.inFlightOf', { revision: shown }), 2 + i),
          borderColor: colour,
          borderWidth: 1,
          backgroundColor: withAlpha(colour, 0.45),
          fill: below(i),
          stack: 'load',
          segment: hideZero,
        };
      })
    : [];
  const area = (key: 'active' | 'waiting', order: number, hatched: boolean) => ({
    ...lineBase(key, t(`charts.${key}`), order),
    borderColor: theme.colours[key],
    borderWidth: 1,
    backgroundColor: hatched ? pattern('rising', theme.colours[key]) : withAlpha(theme.colours[key], 0.45),
    fill: below(key === 'active' ? 0 : 1),
    stack: 'load',
    segment: hideZero,
  });
  const active = area('active', 2, false);
  const waiting = several
    ? {
        ...lineBase('waiting', t('charts.waiting'), 0),
        borderColor: theme.colours.waiting,
        borderWidth: 1.5,
        fill: false,
        stack: 'waiting',
        segment: hideZero,
      }
    : area('waiting', 3, true);
  const { target, panic } = limitDatasets({ theme, t });
  const activator = {
    ...lineBase('activator', t('charts.activator'), 0),
    borderColor: theme.colours.theirs,
    borderWidth: 1.75,
    fill: false,
    stack: 'activator',
  };
  let hasActivator = false;
  let hasLimits = true;
  let split = true;
  return {
    key: 'concurrency',
    ...(several ? { form: revisions.map(({ name }) => name).join(' ') } : {}),
    height: 170,
    datasets: [...(several ? owns : [active]), waiting, activator, target, panic],
    get legend() {
      return [
        ...(several
          ? owns.map(({ label, borderColor }, i) => ({
              key: `in flight ${i}`,
              label: label ?? '',
              colour: borderColor,
              shape: 'area' as const,
            }))
          : [
              {
                key: 'active',
                label: split ? t('charts.active') : t('charts.total'),
                colour: theme.colours.active,
                shape: 'area' as const,
              },
            ]),
        ...(split
          ? [
              {
                key: 'waiting',
                label: t('charts.waiting'),
                colour: theme.colours.waiting,
                shape: several ? ('line' as const) : ('rising' as const),
              },
            ]
          : []),
        ...(hasActivator
          ? [
              {
                key: 'activator',
                label: t('charts.activator'),
                colour: theme.colours.theirs,
                shape: 'line' as const,
              },
            ]
          : []),
        ...(hasLimits ? limitLegend({ theme, t }) : []),
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
      for (const [i, { name }] of revisions.entries())
        // What was told of no revision came before there were several.
        if (owns[i])
          owns[i].data = points(({ byRevision, total }) =>
            byRevision ? (byRevision[name] ?? 0) : i === 0 ? total : 0,
          );
      waiting.data = points((sample) => sample.waiting ?? 0);
      const held = heldTogether(model.correlation.activator);
      hasActivator = held.length > 0;
      activator.data = heldSteps(
        around(held, range).map(({ atMs, inFlight }) => ({ x: atMs, y: inFlight ?? NaN })),
        Math.min(model.endMs, range.toMs),
      );
      const limits = limitLines(model, range, 'concurrency');
      target.data = limits.target;
      panic.data = limits.panic;
      hasLimits = model.decisions.length === 0 || limits.target.length > 0;
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

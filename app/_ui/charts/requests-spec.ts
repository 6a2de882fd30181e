import { statusClasses, type StatusClass } from '@/lib/timeline/columns';
import { unitOf } from '@/lib/model/protocol';
import { formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { rateOf } from './columns';
import { limitDatasets, limitLegend, limitLines } from './limit-lines';
import { hideZero, lineBase, spanSteps, type ChartSpec, type LegendItem, type SpecInput } from './series';
import { pattern, withAlpha, type ColourName, type PatternKind } from './theme';

const looks: Record<StatusClass, { colour: ColourName; pattern: PatternKind | null }> = {
  '2xx': { colour: 'ok', pattern: null },
  '3xx': { colour: 'redirect', pattern: 'level' },
  '4xx': { colour: 'client-error', pattern: 'rising' },
  '5xx': { colour: 'server-error', pattern: 'cross' },
  none: { colour: 'no-answer', pattern: 'dots' },
  unknown: { colour: 'no-status', pattern: 'falling' },
};

/**
 * Requests a second by status: stacked, each column as wide as the time that it covers; with what the ready pods should
 * have and where panic begins, where the service scales on its rate.
 */
export function requestsSpec({ theme, t }: SpecInput, locale: Locale): ChartSpec {
  const datasets = statusClasses.map((name, i): ReturnType<typeof lineBase> => {
    const { colour } = looks[name];
    const hex = theme.colours[colour];
    return {
      ...lineBase(name, name, i),
      borderColor: hex,
      borderWidth: 1,
      // Few runs have more than one class: a pattern is made when it is met.
      backgroundColor: withAlpha(hex, 0.55),
      fill: 'origin',
      stack: 'status',
      segment: hideZero,
    };
  });
  const { target, panic } = limitDatasets({ theme, t });
  let hasLimits = false;
  let unit = unitOf([]);
  const seen = new Set<StatusClass>(['2xx']);
  return {
    key: 'requests',
    height: 150,
    datasets: [...datasets, target, panic],
    get legend() {
      const statuses = statusClasses
        .filter((name) => seen.has(name))
        .map((name): LegendItem => ({
          key: name,
          label: t(`charts.status.${name}`, { unit }),
          colour: theme.colours[looks[name].colour],
          shape: looks[name].pattern ?? 'area',
        }));
      return [...statuses, ...(hasLimits ? limitLegend({ theme, t }) : [])];
    },
    fill({ model, range, columns }) {
      unit = unitOf(model.run.protocols);
      const limits = limitLines(model, range, 'rps');
      target.data = limits.target;
      panic.data = limits.panic;
      hasLimits = limits.target.length > 0;
      let under: number | 'origin' = 'origin';
      for (const [i, name] of statusClasses.entries()) {
        const kind = looks[name].pattern;
        if (!seen.has(name) && columns.some((column) => column.counts[name] > 0)) {
          seen.add(name);
          if (kind) datasets[i]!.backgroundColor = pattern(kind, theme.colours[looks[name].colour]);
        }
        // Down to the class below that there is: an area over an empty series is none.
        datasets[i]!.fill = under;
        if (seen.has(name)) under = i;
        datasets[i]!.data = seen.has(name)
          ? spanSteps(
              columns.map((column) => ({
                fromMs: column.fromMs,
                toMs: column.toMs,
                y: rateOf(column, name),
              })),
            )
          : [];
      }
    },
    y: { tick: (value) => formatNumber(value, locale, Number.isInteger(value) ? 0 : 1) },
  };
}

import { type UsageOverTime } from '@/lib/timeline/pod-usage';
import { formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { around } from './model';
import { heldSteps, lineBase, type ChartSpec, type SpecInput } from './series';
import { withAlpha } from './theme';

/** CPU or memory a pod, of all together and of the busiest, against what it should be. */
export function usageSpec(
  { theme, t }: SpecInput,
  locale: Locale,
  metric: UsageOverTime['metric'],
): ChartSpec {
  const mean = {
    ...lineBase('usage', t('charts.usage.mean'), 2),
    borderColor: theme.colours.active,
    borderWidth: 1.5,
    backgroundColor: withAlpha(theme.colours.active, 0.3),
    fill: 'origin',
    stack: 'usage',
  };
  const line = (key: string, label: string, colour: string, dash: number[]) => ({
    ...lineBase(key, label, 0),
    borderColor: colour,
    borderWidth: 1.75,
    borderDash: dash,
    fill: false,
    stack: key,
  });
  const most = line('usage-most', t('charts.usage.most'), theme.colours.waiting, [2, 2.5]);
  const target = line('usage-target', t('charts.usage.target'), theme.colours.target, [7, 3]);
  return {
    key: 'usage',
    form: metric,
    height: 140,
    datasets: [mean, most, target],
    legend: [
      { key: 'usage', label: t('charts.usage.mean'), colour: theme.colours.active, shape: 'area' },
      { key: 'usage-most', label: t('charts.usage.most'), colour: theme.colours.waiting, shape: 'dotted' },
      { key: 'usage-target', label: t('charts.usage.target'), colour: theme.colours.target, shape: 'dashed' },
    ],
    fill({ model, range }) {
      const { usage } = model.correlation;
      const endMs = Math.min(model.endMs, range.toMs);
      const steps = around(usage?.steps ?? [], range);
      mean.data = heldSteps(
        steps.map((step) => ({ x: step.atMs, y: step.mean })),
        endMs,
      );
      most.data = heldSteps(
        steps.map((step) => ({ x: step.atMs, y: step.most })),
        endMs,
      );
      const first = steps[0];
      target.data =
        usage && first
          ? [
              { x: first.atMs, y: usage.target },
              { x: endMs, y: usage.target },
            ]
          : [];
    },
    y: { suggestedMax: 1, tick: (value) => formatNumber(value, locale, Number.isInteger(value) ? 0 : 1) },
  };
}

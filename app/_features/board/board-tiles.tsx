import { lastBefore, limitsOf, type ChartModel } from '@/app/_ui/charts/model';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { podsAt } from '@/lib/timeline/pods';
import { formatNumber } from '@/lib/words/format';

/** What the service does now. */
export function BoardTiles({ model }: { model: ChartModel }) {
  const t = useWords();
  const locale = useLocale();
  const { steps } = model.correlation.pods;
  const pods = podsAt(steps, model.endMs);
  const decision = model.decisions.at(-1);
  const inFlight = lastBefore(model.recording.concurrency, model.endMs);
  const target = limitsOf(decision)?.target ?? null;
  const number = (value: number | null | undefined): string =>
    formatNumber(value ?? null, locale, value && !Number.isInteger(value) ? 1 : 0);
  const tiles: [label: string, value: string, detail: string][] = [
    [
      t('run.figures.ready'),
      number(pods.ready),
      pods.pending + pods.starting > 0
        ? t('board.starting', { n: number(pods.pending + pods.starting) })
        : t('run.figures.peak', { n: number(Math.max(0, ...steps.map(({ ready }) => ready))) }),
    ],
    [t('run.figures.desired'), number(decision?.replicas), decision ? '' : t('board.notCalculated')],
    [
      t('run.figures.inFlight'),
      number(inFlight?.total),
      inFlight?.waiting ? t('run.figures.waiting', { n: number(inFlight.waiting) }) : '',
    ],
    [t('board.perPod'), target === null ? '–' : number(target), t('board.perPodHint')],
  ];
  return (
    <dl className="panel mb-4 grid grid-cols-2 gap-px overflow-hidden bg-border sm:grid-cols-4">
      {tiles.map(([label, value, detail]) => (
        <div key={label} className="min-w-0 bg-card px-4 py-3">
          <dt className="truncate text-xs text-muted-foreground">{label}</dt>
          <dd className="tabular mt-0.5 text-xl font-semibold tracking-tight">
            {value}
            <span className="ml-1.5 text-xs font-normal text-muted-foreground">{detail}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

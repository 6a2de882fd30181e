'use client';

import { ChevronDown, CircleCheck, CircleDashed, CircleHelp, CircleX, type LucideIcon } from 'lucide-react';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { type Run } from '@/lib/model/run';
import { standingOf, valueNow, type ThresholdStanding } from '@/lib/timeline/threshold-message';
import { formatMs } from '@/lib/words/format';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { cn } from '@/app/_ui/cn';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';

/** Worst first, as they are listed. */
const looks: Record<ThresholdStanding, { icon: LucideIcon; tone: string }> = {
  crossed: { icon: CircleX, tone: 'text-danger' },
  undecided: { icon: CircleHelp, tone: 'text-warning' },
  unknown: { icon: CircleHelp, tone: 'text-warning' },
  waiting: { icon: CircleDashed, tone: 'text-muted-foreground' },
  holds: { icon: CircleCheck, tone: 'text-success' },
};
const order = Object.keys(looks) as ThresholdStanding[];

/** How the script's thresholds stand while the load goes on, where the verdict will be: how many hold, and behind it each. */
export function ThresholdsNow({ model }: { model: Store<ChartModel> }) {
  const t = useWords();
  const { run, recording } = useStore(model);
  const thresholds = recording.thresholds ?? [];
  if (thresholds.length === 0) return null;
  return (
    <section aria-label={t('k6.thresholdsNow')} className="panel mb-4">
      <details className="group">
        <summary className="flex cursor-pointer list-none items-center gap-3 px-4 py-2.5 text-sm sm:px-5">
          <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1">
            <span className="font-semibold">{t('k6.thresholdsNow')}</span>
            {order.map((standing) => {
              const count = thresholds.filter((one) => standingOf(one) === standing).length;
              return count > 0 && <Standing key={standing} standing={standing} count={count} />;
            })}
          </span>
          <ChevronDown
            aria-hidden
            className="size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-180"
          />
        </summary>
        <div className="border-t px-4 py-3 sm:px-5">
          <ThresholdsNowList run={run} thresholds={thresholds} />
        </div>
      </details>
    </section>
  );
}

/** Each threshold: how it stands, its value now, and whether it ends the load. */
export function ThresholdsNowList({
  run,
  thresholds,
}: {
  run: Pick<Run, 'runners' | 'operator'>;
  thresholds: readonly RunningThreshold[];
}) {
  const t = useWords();
  const say = useSay();
  const locale = useLocale();
  const isJudgedHere = run.runners > 1 || (run.operator?.runners ?? 1) > 1;
  return (
    <>
      <ul className="space-y-2.5 sm:space-y-1.5">
        {order.flatMap((standing) =>
          thresholds
            .filter((one) => standingOf(one) === standing)
            .map((threshold) => {
              const { metric, source, abortOnFail, delayAbortMs } = threshold;
              const value = valueNow(threshold);
              return (
                <li
                  key={`${metric} ${source}`}
                  data-threshold-now={standing}
                  className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-sm sm:grid sm:grid-cols-[11rem_minmax(0,1fr)] sm:items-start"
                >
                  <Standing standing={standing} />
                  <div className="contents sm:flex sm:flex-wrap sm:items-center sm:gap-x-3">
                    <span className="font-mono text-xs leading-5 break-all">
                      {metric} <span className="inline-block">{source}</span>
                    </span>
                    {value && <span className="tabular min-w-0 break-words">{say(value)}</span>}
                    {abortOnFail && (
                      <span className="text-xs text-muted-foreground">
                        {delayAbortMs
                          ? t('k6.endsLoadAfter', { time: formatMs(delayAbortMs, locale) })
                          : t('k6.endsLoad')}
                      </span>
                    )}
                  </div>
                </li>
              );
            }),
        )}
      </ul>
      <p className="mt-2.5 text-xs text-muted-foreground">
        {t(isJudgedHere ? 'k6.thresholdsNowByUs' : 'k6.thresholdsNowByK6')}
      </p>
    </>
  );
}

function Standing({
  standing,
  count,
  className,
}: {
  standing: ThresholdStanding;
  count?: number;
  className?: string;
}) {
  const t = useWords();
  const { icon: Icon, tone } = looks[standing];
  return (
    <span className={cn('inline-flex items-center gap-1.5 font-medium', tone, className)}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {count !== undefined && <span className="tabular">{count}</span>}
      {t(`k6.standing.${standing}`)}
    </span>
  );
}

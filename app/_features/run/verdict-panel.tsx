'use client';

import { ChevronDown } from 'lucide-react';
import { type Run } from '@/lib/model/run';
import { type VerdictCheck } from '@/lib/model/verdict';
import { unparted } from '@/lib/words/format';
import { type ChartView } from '@/app/_ui/charts/view';
import { cn } from '@/app/_ui/cn';
import { usePrinting } from '@/app/_ui/print';
import { objectiveWords } from '@/app/_ui/verdict/objective-words';
import { saidOf, verdictLooks } from '@/app/_ui/verdict/look';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { showPlace } from './show-place';

/** The answer first: the run's verdict in one sentence and one colour; behind it, all that was judged and by what. */
export function VerdictPanel({ run, view }: { run: Run; view: ChartView }) {
  const t = useWords();
  const say = useSay();
  const locale = useLocale();
  const printing = usePrinting();
  const { verdict } = run;
  if (!verdict) return null;
  const { icon: Icon, text, box } = verdictLooks[verdict.outcome];
  const asks = objectiveWords(verdict.objective, t, locale);
  const order = ['fail', 'unclear', 'pass'] as const;
  return (
    <section
      aria-label={t('verdicts.title')}
      data-verdict={verdict.outcome}
      className={cn('mb-4 rounded-xl border', box)}
    >
      <details className="group" open={printing || undefined}>
        <summary className="flex cursor-pointer list-none items-start gap-3 rounded-xl px-4 py-3 sm:px-5">
          <Icon aria-hidden className={cn('mt-0.5 size-5 shrink-0', text)} />
          <span className={cn('min-w-0 flex-1 text-[15px] leading-snug font-semibold break-words', text)}>
            {unparted(say(saidOf(verdict.said)))}
          </span>
          <span className="flex shrink-0 items-center gap-1 text-xs text-muted-foreground print:hidden">
            <span className="max-sm:sr-only">{t('verdicts.why')}</span>
            <ChevronDown aria-hidden className="size-4 transition-transform group-open:rotate-180" />
          </span>
        </summary>
        <div className="border-t px-4 pt-2 pb-3 sm:px-5">
          <ul>
            {order.flatMap((outcome) =>
              verdict.checks
                .filter((check) => check.outcome === outcome)
                .map((check, i) => (
                  <li key={`${outcome} ${i}`}>
                    <Check check={check} view={view} words={unparted(say(saidOf(check.said)))} />
                  </li>
                )),
            )}
          </ul>
          <p data-objective={verdict.objectiveOf} className="mt-2 text-xs text-muted-foreground">
            {t(`verdicts.judgedBy.${verdict.objectiveOf}`)}
            {asks.length > 0 && ` ${asks.join(t('common.listSeparator'))}`}
          </p>
        </div>
      </details>
    </section>
  );
}

function Check({ check, view, words }: { check: VerdictCheck; view: ChartView; words: string }) {
  const { icon: Icon, text } = verdictLooks[check.outcome];
  const { range } = check;
  const look = 'flex w-full gap-2.5 rounded-md px-1 py-0.5 text-left text-sm leading-snug';
  const inside = (
    <>
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', text)} />
      <span className="min-w-0 break-words">{words}</span>
    </>
  );
  return range && check.subject !== 'threshold' ? (
    <button
      type="button"
      onClick={() => showPlace(view, range, null)}
      className={cn(look, 'decoration-border-strong underline-offset-4 hover:underline')}
    >
      {inside}
    </button>
  ) : (
    <p className={look}>{inside}</p>
  );
}

'use client';

import { type TrendRun } from '@/lib/model/trend';
import { type VerdictShown } from '@/lib/model/verdict';
import { cn } from '@/app/_ui/cn';
import { saidOf, verdictLooks } from '@/app/_ui/verdict/look';
import { useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';

/** The verdicts first: how the newest run that is judged stands and how many failed, then one sign a run, in the order of time. */
export function VerdictLine({
  runs,
  verdicts,
  chosenId,
  onChoose,
}: {
  runs: readonly TrendRun[];
  verdicts: Record<string, VerdictShown>;
  chosenId: string;
  onChoose: (id: string) => void;
}) {
  const t = useWords();
  const say = useSay();
  const judged = runs.flatMap((run) => (verdicts[run.id] ? [{ run, verdict: verdicts[run.id]! }] : []));
  const newest = judged.at(-1);
  if (!newest) return null;
  const { text, box } = verdictLooks[newest.verdict.outcome];
  const failed = judged.filter(({ verdict }) => verdict.outcome === 'fail').length;
  return (
    <section
      aria-label={t('verdicts.title')}
      data-verdict={newest.verdict.outcome}
      className={cn('rounded-xl border px-4 py-3 sm:px-5', box)}
    >
      <p className={cn('text-[15px] leading-snug font-semibold break-words', text)}>
        {t(newest.run === runs.at(-1) ? 'verdicts.newest' : 'verdicts.newestJudged', {
          said: say(saidOf(newest.verdict.said)),
        })}
      </p>
      <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="text-xs text-muted-foreground">
          {t('verdicts.failedOf', { failed, runs: judged.length })}
        </span>
        <span className="flex flex-wrap gap-0.5">
          {judged.map(({ run, verdict }) => {
            const { icon: Icon, text: tone } = verdictLooks[verdict.outcome];
            const label = `${run.name}: ${t(`verdicts.outcome.${verdict.outcome}`)}`;
            return (
              <button
                key={run.id}
                type="button"
                aria-label={label}
                aria-pressed={run.id === chosenId}
                title={label}
                onClick={() => onChoose(run.id)}
                className={cn(
                  'rounded p-1 hover:bg-card aria-pressed:bg-card aria-pressed:ring-1 aria-pressed:ring-border-strong',
                  tone,
                )}
              >
                <Icon aria-hidden className="size-4" />
              </button>
            );
          })}
        </span>
      </div>
    </section>
  );
}

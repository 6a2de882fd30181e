'use client';

import { cn } from '@/app/_ui/cn';
import { Link } from '@/app/_ui/link';
import { verdictLooks } from '@/app/_ui/verdict/look';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { type VerdictCounts } from '@/lib/model/run-query';
import { verdictOutcomeSchema, type VerdictOutcome } from '@/lib/model/verdict';
import { formatNumber } from '@/lib/words/format';
import { runsHref } from './runs-href';
import { type RunsQuery } from './runs-query';

/** The runs by verdict, with how many of each the rest of the filter leaves; chosen again, any is shown. */
export function VerdictFilter({ query, counts }: { query: RunsQuery; counts: VerdictCounts }) {
  const t = useWords();
  const locale = useLocale();
  const one = (outcome: VerdictOutcome) => {
    const { icon: Icon, text, box } = verdictLooks[outcome];
    const isChosen = query.verdict === outcome;
    return (
      <li key={outcome}>
        <Link
          href={runsHref(query, { verdict: isChosen ? undefined : outcome })}
          scroll={false}
          aria-current={isChosen ? 'true' : undefined}
          data-verdict={outcome}
          className={cn(
            'inline-flex h-8 items-center gap-1.5 rounded-full border px-3 transition-colors hover:bg-muted/60',
            isChosen && box,
          )}
        >
          <Icon aria-hidden className={cn('size-3.5', text)} />
          {t(`verdicts.outcome.${outcome}`)}
          <span className="tabular text-muted-foreground">{formatNumber(counts[outcome], locale)}</span>
        </Link>
      </li>
    );
  };
  return (
    <nav
      aria-label={t('verdicts.title')}
      className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2 text-sm"
    >
      <ul className="flex flex-wrap gap-2">{verdictOutcomeSchema.options.map(one)}</ul>
      {counts.unjudged > 0 && (
        <span role="status" className="text-xs text-muted-foreground">
          {t('history.unjudged', { n: formatNumber(counts.unjudged, locale) })}
        </span>
      )}
    </nav>
  );
}

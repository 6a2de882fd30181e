'use client';

import { CircleCheck, TrendingDown } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { falseAlarmRate } from '@/lib/statistics/regression';
import { type RegressionVerdict } from '@/lib/model/trend';
import { Badge } from '@/app/_ui/primitives/badge';
import { Tooltip } from '@/app/_ui/primitives/tooltip';
import { type Words } from '@/lib/words/words';
import { formatShare } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';

/** What the test found, in words. */
export function verdictWords({ tested, worse }: RegressionVerdict, t: Words): string {
  if (!tested) return t('compare.regression.untested');
  return worse.length === 0
    ? t('compare.regression.none')
    : t('compare.regression.worse', {
        what: worse.map((figure) => t(`compare.regression.${figure}`)).join(', '),
      });
}

/** How a run stands against its reference; what the test is, on hover and focus. With `href` it leads to the comparison. */
export function VerdictBadge({ verdict, href }: { verdict: RegressionVerdict; href?: string }) {
  const t = useWords();
  const locale = useLocale();
  const { tested, worse } = verdict;
  const badge = (
    <Badge tone={!tested ? 'neutral' : worse.length > 0 ? 'danger' : 'success'}>
      {tested &&
        (worse.length > 0 ? (
          <TrendingDown aria-hidden className="size-3.5" />
        ) : (
          <CircleCheck aria-hidden className="size-3.5" />
        ))}
      {verdictWords(verdict, t)}
    </Badge>
  );
  const shared = {
    className: 'inline-flex rounded-full',
    'data-regression': !tested ? 'untested' : worse.length > 0 ? 'worse' : 'none',
  };
  return (
    <Tooltip
      text={
        tested
          ? t('compare.regression.test', { rate: formatShare(falseAlarmRate, locale) })
          : t('compare.regression.untestedText')
      }
    >
      {href === undefined ? (
        <button type="button" {...shared}>
          {badge}
        </button>
      ) : (
        <Link href={href} {...shared}>
          {badge}
        </Link>
      )}
    </Tooltip>
  );
}

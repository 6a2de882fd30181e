'use client';

import { CircleCheck, CircleHelp, TrendingDown } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { falseAlarmRate } from '@/lib/statistics/regression';
import { type RegressionVerdict } from '@/lib/model/trend';
import { Badge, type Tone } from '@/app/_ui/primitives/badge';
import { Tooltip } from '@/app/_ui/primitives/tooltip';
import { formatShare } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';

type Standing = 'worse' | 'untested' | 'unclear' | 'none';

const looks: Record<Standing, { tone: Tone; icon: typeof CircleCheck | null }> = {
  worse: { tone: 'danger', icon: TrendingDown },
  untested: { tone: 'neutral', icon: null },
  unclear: { tone: 'warning', icon: CircleHelp },
  none: { tone: 'success', icon: CircleCheck },
};

/** What is told of a run against another: worse as soon as anything is, no regression only where it can be told. */
export function standingKind({ tested, worse, also, again }: RegressionVerdict): Standing {
  if (worse.length + also.length > 0) return 'worse';
  if (!tested) return 'untested';
  return again > 0 ? 'unclear' : 'none';
}

/** The same in words. */
export function useStandingWords(): (standing: RegressionVerdict) => string {
  const t = useWords();
  const say = useSay();
  return (standing) => {
    switch (standingKind(standing)) {
      case 'worse':
        return t('compare.regression.worse', {
          what: [
            ...standing.worse.map((figure) => t(`compare.regression.${figure}`)),
            ...standing.also.map(say),
          ].join(t('common.listSeparator')),
        });
      case 'untested':
        return t('compare.regression.untested');
      case 'unclear':
        return t('compare.regression.again', { n: standing.again });
      case 'none':
        return t('compare.regression.none');
    }
  };
}

/** How a run stands against its reference; what the test is, on hover and focus. With `href` it leads to the comparison. */
export function StandingBadge({ standing, href }: { standing: RegressionVerdict; href?: string }) {
  const t = useWords();
  const locale = useLocale();
  const words = useStandingWords();
  const kind = standingKind(standing);
  const { tone, icon: Icon } = looks[kind];
  const test = t('compare.regression.test', { rate: formatShare(falseAlarmRate, locale) });
  const badge = (
    <Badge tone={tone} className="max-w-full whitespace-normal">
      {Icon && <Icon aria-hidden className="size-3.5 shrink-0" />}
      {words(standing)}
    </Badge>
  );
  const shared = { className: 'inline-flex max-w-full rounded-full text-left', 'data-regression': kind };
  return (
    <Tooltip
      text={
        kind === 'untested'
          ? t('compare.regression.untestedText')
          : kind === 'unclear'
            ? `${t('compare.regression.againText')} ${test}`
            : test
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

import { type Objective } from '@/lib/model/objective';
import { formatMs, formatNumber, formatShare } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { type Words } from '@/lib/words/words';

/** What an objective asks for, a few words each; none where it asks for nothing. */
export function objectiveWords(objective: Objective, t: Words, locale: Locale): string[] {
  const { slowerThanMs, slowShare, failedShare, overLimitMs, mostWaiting, coldStarts, incidentMs, lagMs } =
    objective;
  const ms = (value: number): string => formatMs(value, locale);
  return [
    ...(incidentMs === null ? [] : [t('verdicts.asks.incidentMs', { time: ms(incidentMs) })]),
    ...(lagMs === null ? [] : [t('verdicts.asks.lagMs', { time: ms(lagMs) })]),
    ...(slowerThanMs === null || slowShare === null
      ? []
      : [t('verdicts.asks.slow', { share: formatShare(slowShare, locale), time: ms(slowerThanMs) })]),
    ...(failedShare === null
      ? []
      : [t('verdicts.asks.failedShare', { share: formatShare(failedShare, locale) })]),
    ...(overLimitMs === null ? [] : [t('verdicts.asks.overLimitMs', { time: ms(overLimitMs) })]),
    ...(mostWaiting === null
      ? []
      : [t('verdicts.asks.mostWaiting', { n: formatNumber(mostWaiting, locale) })]),
    ...(coldStarts === null ? [] : [t('verdicts.asks.coldStarts', { n: formatNumber(coldStarts, locale) })]),
    ...(objective.regression ? [t('verdicts.asks.regression')] : []),
  ];
}

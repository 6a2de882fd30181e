import { unitOf } from '@/lib/model/protocol';
import { failedShareOf, type Run } from '@/lib/model/run';
import { counted } from '@/lib/timeline/unit-message';
import { type Words } from '@/lib/words/words';
import { formatMs, formatNumber, formatShare, worstIncidentText } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { say } from '@/lib/words/say';

/** What a chat preview says of a link; null: a password is asked for, so it says nothing of the runs. */
export function descriptionOf(runs: readonly Run[] | null, t: Words, locale: Locale): string {
  const [run] = runs ?? [];
  if (!runs || !run) return t('share.descriptionLocked');
  if (runs.length > 1)
    return t('share.descriptionComparison', {
      names: runs.map(({ name }) => name).join(t('common.listSeparator')),
    });
  const { requests, p95Ms, peakReadyPods, worstIncidentMs = null } = run.figures;
  const failedShare = failedShareOf(run.figures);
  const known = [
    run.verdict
      ? say({ locale, t }, { ...run.verdict.said, known: run.verdict.said.text })
      : t(`states.${run.state}`),
    ...(requests === null ? [] : [say({ locale, t }, counted(requests, unitOf(run.protocols)))]),
    ...(failedShare === null ? [] : [t('share.facts.failed', { share: formatShare(failedShare, locale) })]),
    ...(p95Ms === null ? [] : [t('share.facts.p95', { time: formatMs(p95Ms, locale) })]),
    ...(peakReadyPods === null ? [] : [t('share.facts.pods', { n: formatNumber(peakReadyPods, locale) })]),
    ...(worstIncidentMs === null
      ? []
      : [t('share.facts.incident', { time: worstIncidentText(run.figures, t, locale) })]),
  ];
  return t('share.description', { facts: known.join(t('common.listSeparator')) });
}

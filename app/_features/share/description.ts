import { type Run } from '@/lib/model/run';
import { type Dictionary } from '@/app/_ui/words/en';
import { formatMs, formatNumber, formatShare } from '@/app/_ui/words/format';
import { type Locale } from '@/app/_ui/words/locale';

/** What a chat preview says of a link; null: a password is asked for, so it says nothing of the runs. */
export function descriptionOf(runs: readonly Run[] | null, t: Dictionary, locale: Locale): string {
  const [run] = runs ?? [];
  if (!runs || !run) return t.share.descriptionLocked;
  if (runs.length > 1) return t.share.descriptionComparison(runs.map(({ name }) => name).join(', '));
  const { requests, failures, p95Ms, peakReadyPods, worstLagMs } = run.figures;
  const { facts } = t.share;
  const known = [
    t.states[run.state],
    ...(requests === null ? [] : [facts.requests(formatNumber(requests, locale))]),
    ...(requests && failures !== null ? [facts.failed(formatShare(failures / requests, locale))] : []),
    ...(p95Ms === null ? [] : [facts.p95(formatMs(p95Ms, locale))]),
    ...(peakReadyPods === null ? [] : [facts.pods(formatNumber(peakReadyPods, locale))]),
    ...(worstLagMs === null ? [] : [facts.lag(formatMs(worstLagMs, locale))]),
  ];
  return t.share.description(known.join(locale === 'en' ? ', ' : '、'));
}

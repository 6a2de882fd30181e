import { type Messages, type Words } from '@/lib/words/words';
import { formatClock } from '@/lib/words/format';

type Tab = keyof Messages['tabs'];

/** What a page's address says of its view, in words. */
export function viewWords(search: string, t: Words): string {
  const params = new URLSearchParams(search);
  const [from, to] = ['from', 'to'].map((name) => Number(params.get(name) ?? NaN));
  const tab = params.get('tab');
  return [
    Number.isFinite(from) && Number.isFinite(to)
      ? t('share.range', { from: formatClock(from!, true), to: formatClock(to!, true) })
      : t('share.wholeRun'),
    ...(params.has('event') ? [t('share.chosenEvent')] : []),
    ...(tab !== null && t.has(`tabs.${tab as Tab}`)
      ? [t('share.tab', { name: t(`tabs.${tab as Tab}`) })]
      : []),
    ...(params.get('align') === 'first-request' ? [t('share.aligned')] : []),
  ].join(t('common.listSeparator'));
}

import { type Dictionary } from '@/app/_ui/words/en';
import { formatClock } from '@/app/_ui/words/format';

/** What a page's address says of its view, in words. */
export function viewWords(search: string, t: Dictionary): string {
  const params = new URLSearchParams(search);
  const [from, to] = ['from', 'to'].map((name) => Number(params.get(name) ?? NaN));
  const tab = Object.entries(t.tabs).find(([key]) => key === params.get('tab'))?.[1];
  return [
    Number.isFinite(from) && Number.isFinite(to)
      ? t.share.range(formatClock(from!, true), formatClock(to!, true))
      : t.share.wholeRun,
    ...(params.has('event') ? [t.share.chosenEvent] : []),
    ...(typeof tab === 'string' ? [t.share.tab(tab)] : []),
    ...(params.get('align') === 'first-request' ? [t.share.aligned] : []),
  ].join(', ');
}

import { mostRuns } from '@/lib/comparing/comparison';

export type Alignment = 'start' | 'first-request';

/** What a comparison's address says. */
export interface CompareAddress {
  runs: string[];
  /** The reference; null: the run that began first. */
  base: string | null;
  align: Alignment;
  /** The zoomed range on the aligned axis; null: all of it. */
  range: { fromMs: number; toMs: number } | null;
  /** More runs were named than a comparison takes. */
  tooMany: boolean;
}

/** The comparison in an address; what is not valid there counts as not given. */
export function addressOf(params: URLSearchParams): CompareAddress {
  const named = [
    ...new Set(
      (params.get('runs') ?? '')
        .split(',')
        .map((id) => id.trim())
        .filter((id) => id !== '' && id.length <= 100),
    ),
  ];
  const runs = named.slice(0, mostRuns);
  const base = params.get('base');
  const [fromMs, toMs] = ['from', 'to'].map((name) =>
    /^-?\d{1,12}$/.test(params.get(name) ?? '') ? Number(params.get(name)) : null,
  );
  return {
    runs,
    base: base !== null && runs.includes(base) ? base : null,
    align: params.get('align') === 'first-request' ? 'first-request' : 'start',
    range:
      typeof fromMs === 'number' && typeof toMs === 'number' && toMs - fromMs >= 1000
        ? { fromMs, toMs }
        : null,
    tooMany: named.length > mostRuns,
  };
}

/** The query of an address for this comparison, with its `?`; empty for none. */
export function searchOf({ runs, base, align, range }: Omit<CompareAddress, 'tooMany'>): string {
  const pairs = [
    ...(runs.length > 0 ? [`runs=${runs.map(encodeURIComponent).join(',')}`] : []),
    ...(base !== null ? [`base=${encodeURIComponent(base)}`] : []),
    ...(align === 'start' ? [] : [`align=${align}`]),
    ...(range ? [`from=${Math.round(range.fromMs)}&to=${Math.round(range.toMs)}`] : []),
  ];
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** Where these runs are compared; without `base`, the one that began first is the reference. */
export function compareHref(runs: readonly string[], base: string | null = null): string {
  return `/compare${searchOf({ runs: [...runs], base, align: 'start', range: null })}`;
}

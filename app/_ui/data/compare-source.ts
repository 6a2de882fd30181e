import { comparisonSchema, type Comparison } from '@/lib/comparing/comparison';
import { getJson } from './http';

/** Where a comparison's page reads it from: the API, or a share link. */
export interface CompareSource {
  /** True: the page shows the comparison; runs are neither added nor removed, and nothing leads elsewhere. */
  readonly readOnly: boolean;
  /** The runs side by side, each against `base`; null: against the first. Throws ApiProblem. */
  comparison(runs: readonly string[], base: string | null, signal: AbortSignal): Promise<Comparison>;
}

/** The comparison that the API gives at a path, such as `/api/compare`. */
export function apiCompareSource(
  path: string,
  { readOnly = false }: { readOnly?: boolean } = {},
): CompareSource {
  return {
    readOnly,
    comparison: (runs, base, signal) =>
      getJson(
        `${path}?${new URLSearchParams({ runs: runs.join(','), ...(base === null ? {} : { base }) }).toString()}`,
        comparisonSchema,
        signal,
      ),
  };
}

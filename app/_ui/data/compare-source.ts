import { type Comparison } from '@/lib/comparing/comparison';
import { api } from './api';

/** Where a comparison's page reads it from: the API, or a share link. */
export interface CompareSource {
  /** True: the page shows the comparison; runs are neither added nor removed, and nothing leads elsewhere. */
  readonly readOnly: boolean;
  /** The runs side by side, each against `base`; null: against the first. Throws ApiProblem. */
  comparison(runs: readonly string[], base: string | null, signal: AbortSignal): Promise<Comparison>;
}

/** The comparison that the API gives. */
export const apiCompareSource: CompareSource = {
  readOnly: false,
  comparison: (runs, base, signal) =>
    api('GET /api/compare', { query: { runs: runs.join(','), ...(base === null ? {} : { base }) }, signal }),
};

/** The comparison that a share link's token opens: the link decides which runs. */
export function linkCompareSource(token: string): CompareSource {
  return {
    readOnly: true,
    comparison: (_runs, base, signal) =>
      api('GET /api/share/{token}/compare', {
        params: { token },
        query: base === null ? {} : { base },
        signal,
      }),
  };
}

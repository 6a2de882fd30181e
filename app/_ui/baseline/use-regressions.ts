import { useEffect, useState } from 'react';
import { type RegressionVerdict } from '@/lib/model/trend';
import { api } from '@/app/_ui/data/api';

/** How the listed runs stand against their baselines; it comes after the list itself, which need not wait for it. */
export function useRegressions(ids: readonly string[]): Record<string, RegressionVerdict> {
  const [verdicts, setVerdicts] = useState<Record<string, RegressionVerdict>>({});
  const key = ids.join(',');
  useEffect(() => {
    if (key === '') return;
    const abort = new AbortController();
    // The list is right without it, too.
    api('GET /api/runs/regressions', { query: { ids: key }, signal: abort.signal }).then(
      ({ regressions }) => setVerdicts(regressions),
      () => undefined,
    );
    return () => abort.abort();
  }, [key]);
  return verdicts;
}

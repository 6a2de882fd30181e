import { useEffect, useState } from 'react';
import { type RegressionVerdict } from '@/lib/model/trend';
import { getRegressions } from '@/app/_ui/data/baselines';

/** How the listed runs stand against their baselines; it comes after the list itself, which need not wait for it. */
export function useRegressions(ids: readonly string[]): Record<string, RegressionVerdict> {
  const [verdicts, setVerdicts] = useState<Record<string, RegressionVerdict>>({});
  const key = ids.join(',');
  useEffect(() => {
    if (key === '') return;
    const abort = new AbortController();
    // The list is right without it, too.
    getRegressions(key.split(','), abort.signal).then(setVerdicts, () => undefined);
    return () => abort.abort();
  }, [key]);
  return verdicts;
}

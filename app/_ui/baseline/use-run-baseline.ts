import { useCallback, useEffect, useState } from 'react';
import { type RunBaseline } from '@/lib/model/trend';
import { chooseBaseline, getRunBaseline } from '@/app/_ui/data/baselines';

/** The baseline of a run's script and service once the run has ended; null until then, or where it cannot be read. */
export function useRunBaseline(
  id: string,
  ended: boolean,
): { answer: RunBaseline | null; choose: (chosen: boolean) => Promise<void> } {
  const [answer, setAnswer] = useState<RunBaseline | null>(null);
  useEffect(() => {
    if (!ended) return;
    const abort = new AbortController();
    getRunBaseline(id, abort.signal).then(setAnswer, () => undefined);
    return () => abort.abort();
  }, [id, ended]);
  const choose = useCallback(
    async (chosen: boolean) => {
      await chooseBaseline(id, chosen);
      setAnswer(await getRunBaseline(id));
    },
    [id],
  );
  return { answer, choose };
}

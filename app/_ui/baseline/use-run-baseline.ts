import { useCallback, useEffect, useState } from 'react';
import { type RunBaseline } from '@/lib/model/trend';
import { api } from '@/app/_ui/data/api';
import { chooseBaseline } from './choose-baseline';

/** The baseline of a run's script and service once the run has ended; null until then, or where it cannot be read. */
export function useRunBaseline(
  id: string,
  ended: boolean,
): { answer: RunBaseline | null; choose: (chosen: boolean) => Promise<void> } {
  const [answer, setAnswer] = useState<RunBaseline | null>(null);
  useEffect(() => {
    if (!ended) return;
    const abort = new AbortController();
    api('GET /api/runs/{id}/baseline', { params: { id }, signal: abort.signal }).then(
      setAnswer,
      () => undefined,
    );
    return () => abort.abort();
  }, [id, ended]);
  const choose = useCallback(
    async (chosen: boolean) => {
      await chooseBaseline(id, chosen);
      setAnswer(await api('GET /api/runs/{id}/baseline', { params: { id } }));
    },
    [id],
  );
  return { answer, choose };
}

import { type VerdictShown } from '@/lib/model/verdict';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';

interface Listed {
  id: string;
  ended: boolean;
  verdict: VerdictShown | null;
}

/**
 * The verdicts of listed runs by their ids. Those of runs that ended before there were any, or whose objective has
 * changed since, are asked for after the list, which does not wait for them.
 */
export function useVerdicts(runs: readonly Listed[]): Record<string, VerdictShown> {
  const ids = runs.flatMap(({ id, ended, verdict }) => (ended && verdict === null ? [id] : [])).join(',');
  const { data } = useAsked((signal) => api('GET /api/runs/verdicts', { query: { ids }, signal }), ids, {
    wanted: ids !== '',
  });
  return {
    ...data?.verdicts,
    ...Object.fromEntries(runs.flatMap(({ id, verdict }) => (verdict ? [[id, verdict]] : []))),
  };
}

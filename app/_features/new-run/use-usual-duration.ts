import { type Service } from '@/lib/model/run';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';

const runsAsked = 5;

/**
 * How long a request of a service takes: the least of its last runs' medians, and how many runs that are. What waited for pods
 * made the others longer, and would have it that more pods are needed than are.
 */
export interface UsualDuration {
  ms: number;
  runs: number;
}

/** Null where it has no finished run; undefined while that is not known. */
export function useUsualDuration(service: Service | undefined): UsualDuration | null | undefined {
  const { data, problem, loading } = useAsked(
    async (signal) => {
      const { runs } = await api('GET /api/runs', {
        query: { service: service?.name ?? '', state: 'finished', pageSize: 50 },
        signal,
      });
      const medians = runs
        .filter(({ namespace }) => namespace === service?.namespace)
        .sort((a, b) => b.createdAtMs - a.createdAtMs)
        .flatMap(({ figures: { p50Ms, requests, failures } }) =>
          // Where half or more failed, the median may be a refusal's.
          p50Ms === null || p50Ms <= 0 || 2 * (failures ?? 0) >= (requests ?? 0) ? [] : [p50Ms],
        )
        .slice(0, runsAsked);
      return { ms: Math.min(...medians), runs: medians.length };
    },
    service?.id ?? '',
    { wanted: service !== undefined },
  );
  if (!service || problem) return null;
  if (loading || !data) return undefined;
  return data.runs === 0 ? null : data;
}

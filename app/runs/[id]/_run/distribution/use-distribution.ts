import { useEffect, useState } from 'react';
import { type Distribution, type DistributionQuery } from '@/lib/timeline/distribution';
import { toProblem, type ApiProblem } from '../../../../_data/http';
import { type RunSource } from '../../../../_data/run-source';

/** A run that goes on is asked again this often. */
const liveEveryMs = 5000;

export interface DistributionState {
  /** The last answer; while another is under way it stays. */
  data: Distribution | null;
  problem: ApiProblem | null;
  loading: boolean;
  retry: () => void;
}

/** The distribution of a range from the run's source, anew for each query; not before `wanted`. */
export function useDistribution(source: RunSource, query: DistributionQuery, { wanted, live }: { wanted: boolean; live: boolean }): DistributionState {
  const [answer, setAnswer] = useState<{ key: string; data: Distribution | null; problem: ApiProblem | null }>({ key: '', data: null, problem: null });
  const [attempt, setAttempt] = useState(0);
  const key = `${JSON.stringify(query)} ${attempt}`;
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const load = async (): Promise<void> => {
      try {
        const data = await source.range(JSON.parse(key.slice(0, key.lastIndexOf(' '))) as DistributionQuery, abort.signal);
        if (!abort.signal.aborted) setAnswer({ key, data, problem: null });
      } catch (error) {
        if (!abort.signal.aborted) setAnswer((before) => ({ key, data: before.data, problem: toProblem(error) }));
      }
      if (live && !abort.signal.aborted) timer = setTimeout(() => void load(), liveEveryMs);
    };
    void load();
    return () => {
      abort.abort();
      if (timer) clearTimeout(timer);
    };
  }, [source, key, wanted, live]);
  return { data: answer.data, problem: answer.problem, loading: wanted && answer.key !== key, retry: () => setAttempt((n) => n + 1) };
}

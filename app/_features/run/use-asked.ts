import { useEffect, useRef, useState } from 'react';
import { toProblem, type ApiProblem } from '@/lib/api/api-problem';

/** A run that goes on is asked again this often. */
const liveEveryMs = 5000;

export interface Asked<T> {
  /** The last answer; while another is under way it stays. */
  data: T | null;
  problem: ApiProblem | null;
  loading: boolean;
  retry: () => void;
}

/** What a run's source answers, asked anew for each `key`; not before `wanted`, and again and again while the run is `live`. */
export function useAsked<T>(
  load: (signal: AbortSignal) => Promise<T>,
  key: string,
  { wanted, live }: { wanted: boolean; live: boolean },
): Asked<T> {
  const [answer, setAnswer] = useState<{ key: string; data: T | null; problem: ApiProblem | null }>({
    key: '',
    data: null,
    problem: null,
  });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });
  const asked = `${key} ${attempt}`;
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const ask = async (): Promise<void> => {
      try {
        const data = await latest.current(abort.signal);
        if (!abort.signal.aborted) setAnswer({ key: asked, data, problem: null });
      } catch (error) {
        if (!abort.signal.aborted)
          setAnswer((before) => ({ key: asked, data: before.data, problem: toProblem(error) }));
      }
      if (live && !abort.signal.aborted) timer = setTimeout(() => void ask(), liveEveryMs);
    };
    void ask();
    return () => {
      abort.abort();
      if (timer) clearTimeout(timer);
    };
  }, [asked, wanted, live]);
  return {
    data: answer.data,
    problem: answer.problem,
    loading: wanted && answer.key !== asked,
    retry: () => setAttempt((n) => n + 1),
  };
}

import { useEffect, useRef, useState } from 'react';
import { toProblem, type ApiProblem } from '@/lib/api/api-problem';

/** What goes on is asked again this often, not while the page is hidden. */
const liveEveryMs = 5000;

export interface Asked<T> {
  /** The last answer; while another is under way it stays. */
  data: T | null;
  problem: ApiProblem | null;
  loading: boolean;
  retry: () => void;
}

interface AskedOptions {
  /** Nothing is asked before. */
  wanted?: boolean;
  /** Asked again and again. */
  live?: boolean;
  /** A key must hold this long before it is asked: it may be typed. */
  waitMs?: number;
}

/** What `load` answers, asked anew for each `key`. Of several questions under way only the last is heard; the others are aborted. */
export function useAsked<T>(
  load: (signal: AbortSignal) => Promise<T>,
  key: string,
  { wanted = true, live = false, waitMs = 0 }: AskedOptions = {},
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
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const data = await latest.current(abort.signal);
        if (!abort.signal.aborted) setAnswer({ key: asked, data, problem: null });
      } catch (error) {
        if (!abort.signal.aborted)
          setAnswer((before) => ({ key: asked, data: before.data, problem: toProblem(error) }));
      }
      if (live && !abort.signal.aborted) timer = setTimeout(again, liveEveryMs);
    };
    const again = (): void => {
      if (document.hidden) timer = setTimeout(again, liveEveryMs);
      else void ask();
    };
    if (waitMs > 0) timer = setTimeout(() => void ask(), waitMs);
    else void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [asked, wanted, live, waitMs]);
  return {
    data: answer.data,
    problem: answer.problem,
    loading: wanted && answer.key !== asked,
    retry: () => setAttempt((n) => n + 1),
  };
}

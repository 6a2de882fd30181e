import { useCallback, useRef, useState } from 'react';
import { errorAt, toProblem, type ApiProblem } from '@/lib/api/api-problem';

interface AttemptOptions {
  /** The page is left when it is done: what asked for it stays busy until then. */
  leaves?: boolean;
}

export interface Attempt {
  /** One is under way: a second is not begun. */
  busy: boolean;
  /** What the last one met; null while one is under way. */
  problem: ApiProblem | null;
  /** What is wrong with the field of this path, or with one inside it. */
  errorOf: (path: string) => string | undefined;
  /** Does `action`; true where it was done, false where it met a problem or another is under way. */
  attempt: (action: () => Promise<unknown>, options?: AttemptOptions) => Promise<boolean>;
  /** For a problem found before anything is asked; null forgets one, as when a dialog is closed. */
  setProblem: (problem: ApiProblem | null) => void;
}

/** Does what a button or a form asks for, one at a time, and keeps the problem that it met. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  // State is seen at the next drawing; a second click may come before.
  const underWay = useRef(false);
  const end = useCallback((): void => {
    underWay.current = false;
    setBusy(false);
  }, []);
  const attempt = useCallback<Attempt['attempt']>(
    async (action, { leaves = false } = {}) => {
      if (underWay.current) return false;
      underWay.current = true;
      setBusy(true);
      setProblem(null);
      try {
        await action();
      } catch (error) {
        setProblem(toProblem(error));
        end();
        return false;
      }
      if (!leaves) end();
      return true;
    },
    [end],
  );
  const errorOf = (path: string): string | undefined => errorAt(problem?.errors ?? [], path);
  return { busy, problem, errorOf, attempt, setProblem };
}

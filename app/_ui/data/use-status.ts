import { useEffect, useRef } from 'react';
import { type ApiAnswer } from '@/lib/api/client';
import { isGone as isGoneBy } from '@/lib/api/api-problem';
import { api } from './api';
import { useAsked } from './use-asked';

/** How the dashboard stands, asked again and again; `onBack` is called when it answers again after it did not. */
export function useStatus(onBack: () => void): {
  status: ApiAnswer<'GET /api/status'> | null;
  isGone: boolean;
} {
  const { data, problem } = useAsked((signal) => api('GET /api/status', { signal }), 'status', {
    live: true,
  });
  const isGone = problem !== null && isGoneBy(problem);
  const wasGone = useRef(false);
  const latest = useRef(onBack);
  useEffect(() => {
    latest.current = onBack;
  });
  useEffect(() => {
    if (wasGone.current && !isGone) latest.current();
    wasGone.current = isGone;
  }, [isGone]);
  return { status: data, isGone };
}

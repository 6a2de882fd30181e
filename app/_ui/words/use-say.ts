import { useCallback } from 'react';
import { type SentMessage } from '@/lib/model/message';
import { say } from '@/lib/words/say';
import { runClock, useRunClock } from '@/app/_ui/charts/clock';
import { useLocale, useWords } from './provider';

/** Says what the server sent as a code and its data; moments by the clock of the run's page around. */
export function useSay(): (message: SentMessage) => string {
  const t = useWords();
  const locale = useLocale();
  const clock = useRunClock();
  return useCallback(
    (message) =>
      say({ locale, t, moment: clock === runClock ? undefined : (atMs) => clock.tell(atMs, true) }, message),
    [locale, t, clock],
  );
}

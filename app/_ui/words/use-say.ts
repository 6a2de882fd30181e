import { useCallback } from 'react';
import { type SentMessage } from '@/lib/model/message';
import { say } from '@/lib/words/say';
import { useLocale, useWords } from './provider';

/** Says what the server or the calculation says, in the page's language. */
export function useSay(): (message: SentMessage) => string {
  const t = useWords();
  const locale = useLocale();
  return useCallback((message) => say({ locale, t }, message), [locale, t]);
}

import { apiClient } from '@/lib/api/client';
import { ApiProblem, problemOfAnswer } from '@/lib/api/api-problem';
import { fallbackLocale } from '@/lib/words/locale';
import { serverWordsIn } from '@/app/_ui/words/server-words';

/** An answer's problem details as an ApiProblem, in the page's language. */
export function problemOf(status: number, value: unknown): ApiProblem {
  return inPageLanguage(problemOfAnswer(status, value));
}

function inPageLanguage({ status, title, detail, errors }: ApiProblem): ApiProblem {
  const lang = typeof document === 'undefined' ? '' : document.documentElement.lang;
  const words = (text: string): string => serverWordsIn(lang || fallbackLocale, text);
  return new ApiProblem(
    status,
    words(title),
    words(detail),
    errors.map((error) => ({ ...error, message: words(error.message) })),
  );
}

/** The API that the page came from. Each call throws an ApiProblem in the page's language. */
export const api = apiClient({ errorOf: inPageLanguage });

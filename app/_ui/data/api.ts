import { apiClient } from '@/lib/api/client';
import { ApiProblem, problemOfAnswer } from '@/lib/api/api-problem';
import { problemKinds, type ProblemCode } from '@/lib/model/problem-kinds';
import { sayOnPage } from '@/app/_ui/words/page-speaker';

/** An answer's problem details as an ApiProblem, in the page's language. */
export function problemOf(status: number, value: unknown): ApiProblem {
  return inPageLanguage(problemOfAnswer(status, value));
}

function inPageLanguage({ status, title, detail, errors, code, data }: ApiProblem): ApiProblem {
  const kind = problemKinds[code as ProblemCode] as (typeof problemKinds)[ProblemCode] | undefined;
  return new ApiProblem(
    status,
    words(kind && `titles.${kind[1]}`, {}, title),
    words(code, data, detail),
    errors.map((error) => ({ ...error, message: words(error.code, error.data, error.message) })),
    { code, data },
  );
}

/** What no Scaletrace refused has no code: it is shown as it is. */
function words(code: string | undefined, data: Record<string, unknown> | undefined, known: string): string {
  return code === undefined ? known : sayOnPage({ code, data: data ?? {}, known });
}

/** The API that the page came from. Each call throws an ApiProblem in the page's language. */
export const api = apiClient({ errorOf: inPageLanguage });

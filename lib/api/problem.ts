import { type Codes } from '@/lib/model/message';
import { notFound, type Problem } from '@/lib/model/problem';
import { problemBody } from '@/lib/words/problem-body';

/** A problem as RFC 9457 problem details. */
export function responseOf(problem: Problem): Response {
  return new Response(JSON.stringify(problemBody(problem)), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...problem.headers },
  });
}

/** The thing that was looked for. Throws 404 by its kind where there is none. */
export function found<T>(what: Codes['problems.not-found']['what'], thing: T | null | undefined): T {
  if (thing === null || thing === undefined) throw notFound(what);
  return thing;
}

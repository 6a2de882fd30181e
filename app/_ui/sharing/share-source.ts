import { api } from '@/app/_ui/data/api';
import { linkCompareSource, type CompareSource } from '@/app/_ui/data/compare-source';
import { ApiProblem } from '@/lib/api/api-problem';
import { apiSource, type RunSource } from '@/app/_ui/data/run-source';

/** The run of a link. Once the link has ended the page is loaded again, which then says so and shows nothing else. */
export function shareSource(token: string): RunSource {
  const source = apiSource({ token }, { readOnly: true });
  return {
    ...leaving(source),
    follow: (cursor, listener) =>
      source.follow(cursor, {
        ...listener,
        onLost() {
          listener.onLost();
          api('GET /api/share/{token}', { params: { token } })
            .catch(leaveIfEnded)
            .catch(() => undefined);
        },
      }),
  };
}

/** The comparison of a link. */
export function shareCompareSource(token: string): CompareSource {
  return leaving(linkCompareSource(token));
}

/** The source, whose every question ends at the plain page once the link has ended. */
function leaving<S extends object>(source: S): S {
  return Object.fromEntries(
    Object.entries(source).map(([name, member]: [string, unknown]) => [
      name,
      typeof member !== 'function'
        ? member
        : (...args: unknown[]): unknown => {
            const answer: unknown = Reflect.apply(member, source, args);
            return answer instanceof Promise ? answer.catch(leaveIfEnded) : answer;
          },
    ]),
  ) as S;
}

const isEnd = (status: number): boolean => [401, 404, 410].includes(status);

function leaveIfEnded(error: unknown): never {
  if (error instanceof ApiProblem && isEnd(error.status)) window.location.reload();
  throw error;
}

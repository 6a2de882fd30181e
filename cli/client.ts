import { type ApiProblem } from '@/lib/api/api-problem';
import { apiClient, type ApiClient } from '@/lib/api/client';
import { UserError } from '@/lib/environment/user-error';
import { exitCodes } from './exit-codes';

/** The API of one Scaletrace, as a program uses it: what is refused is thrown as a UserError. */
export function clientOf(url: string, token: string | null): ApiClient {
  return apiClient({
    baseUrl: url.replace(/\/$/, ''),
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    errorOf: (problem, route) => userErrorOf(problem, url, route),
  });
}

function userErrorOf(
  { status, title, detail, errors, cause }: ApiProblem,
  url: string,
  route: string,
): UserError {
  if (status === 0) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    return new UserError(
      `Scaletrace cannot be reached at ${url} (${why}). Start it with npm start, or name its address by --url or SCALETRACE_URL.`,
      exitCodes.unreachable,
    );
  }
  if (status === -1 || title === `HTTP ${status}`)
    return new UserError(
      `${url} answered ${route} ${status === -1 ? 'without JSON' : `with ${status}`}: is this Scaletrace?`,
      exitCodes.unreachable,
    );
  const place = errors.find(({ message, line }) => message === detail && typeof line === 'number');
  const column = place?.column ? `, column ${place.column}` : '';
  const at = place ? ` (line ${place.line}${column})` : '';
  const lines = errors
    .filter(({ message }) => message !== detail)
    .map(({ path, message }) => `\n  ${path}: ${message}`);
  const hint = status === 401 ? ' Give one by --token or SCALETRACE_TOKEN.' : '';
  return new UserError(
    `${title}: ${detail}${at}${hint}${lines.join('')}`,
    status === 401 || status === 403 ? exitCodes.unreachable : exitCodes.usage,
  );
}

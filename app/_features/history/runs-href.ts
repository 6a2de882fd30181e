import { type RunsQuery } from './runs-query';

/** The address of the list with some of its query changed; a changed filter begins at the first page. */
export function runsHref(query: RunsQuery, change: Partial<RunsQuery>): string {
  const next = { ...query, ...('page' in change ? {} : { page: 1 }), ...change };
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(next)) {
    const isDefault =
      (key === 'page' && value === 1) ||
      (key === 'sort' && value === 'createdAtMs') ||
      (key === 'order' && value === 'desc');
    if (value !== undefined && !isDefault) params.set(key, String(value));
  }
  const search = params.toString();
  return search ? `/?${search}` : '/';
}

/** An error of a field as Knative's `apis.FieldError` has it. */
export interface FieldError {
  message: string;
  paths: string[];
  details?: string;
}

export const invalidValue = (value: unknown, path: string): FieldError => ({
  message: `invalid value: ${String(value)}`,
  paths: [path],
});
export const outOfBounds = (value: unknown, low: unknown, high: unknown, path: string): FieldError => ({
  message: `expected ${String(low)} <= ${String(value)} <= ${String(high)}`,
  paths: [path],
});
export const missingField = (path: string): FieldError => ({ message: 'missing field(s)', paths: [path] });

/** Errors as Knative prints them: those with the same words together, in the order of their words. */
export function printErrors(errors: readonly FieldError[]): string {
  const merged = new Map<string, FieldError>();
  for (const error of errors) {
    const key = `${error.message}\n${error.details ?? ''}`;
    merged.set(key, { ...error, paths: [...(merged.get(key)?.paths ?? []), ...error.paths] });
  }
  return [...merged.values()]
    .sort((a, b) => (a.message < b.message ? -1 : 1))
    .map(
      ({ message, paths, details }) =>
        `${message}: ${[...new Set(paths)].sort().join(', ')}${details ? `\n${details}` : ''}`,
    )
    .join('\n');
}

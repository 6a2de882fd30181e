import { isAtLeast, type Role } from '@/lib/model/role';
import { maskOf, maskRun, type MaskedFrom } from './mask';

/** A run as a reader may see it, and any other data of it. */
export interface ShownTo<R> {
  run: R;
  value: <T>(value: T) => T;
}

/** Whoever may run a script may read its variables too. */
export function mayReadSecrets(role: Role | null): boolean {
  return role !== null && isAtLeast(role, 'runner');
}

/** A run as somebody of this role may see it: a viewer sees its secrets masked, as whoever opens a share link does. */
export function shownTo<R extends MaskedFrom>(role: Role | null, run: R): ShownTo<R> {
  if (mayReadSecrets(role)) return { run, value: (value) => value };
  const mask = maskOf(run);
  return { run: maskRun(run, mask), value: (value) => mask.shape(value) };
}

import { isAtLeast, lesserRole, roleOfScope, type Role } from '@/lib/model/role';
import { variable } from '@/lib/environment/environment';
import { hashSecret } from '@/lib/access/secret';
import { type Store } from '@/lib/store/client';
import { findSessionUser } from '@/lib/store/sessions';
import { findToken } from '@/lib/store/tokens';
import { isSignInRequired } from './connection';
import { sessionSecretOf } from './session-cookie';

/**
 * Who asks. `local`: nobody in particular, where no sign-in is asked; `nobody`: has not signed in; `refused`: sent an
 * API token that is unknown, revoked or expired.
 */
export type Caller =
  | { kind: 'local'; role: 'admin' }
  | { kind: 'user'; role: Role; userId: string; name: string; sessionId: string }
  | { kind: 'token'; role: Role; userId: string | null; name: string; tokenId: string }
  | { kind: 'nobody' | 'refused'; role: null };

/** Tells by a request's headers who asks. A token counts before a session, and also where no sign-in is asked. */
export async function identify(
  store: () => Promise<Store>,
  headers: Headers,
  nowMs: number,
): Promise<Caller> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) {
    const token = await findToken(await store(), hashSecret(bearer), nowMs);
    if (!token) return { kind: 'refused', role: null };
    const scope = roleOfScope[token.scope];
    return {
      kind: 'token',
      role: token.user ? lesserRole(scope, token.user.role) : scope,
      userId: token.user?.id ?? null,
      name: token.name,
      tokenId: token.id,
    };
  }
  if (!isSignInRequired(headers)) return { kind: 'local', role: 'admin' };
  const secret = sessionSecretOf(headers);
  if (secret === null) return { kind: 'nobody', role: null };
  const sessionId = hashSecret(secret);
  const user = await findSessionUser(await store(), sessionId, nowMs);
  return user
    ? { kind: 'user', role: user.role, userId: user.id, name: user.name, sessionId }
    : { kind: 'nobody', role: null };
}

/** Whether the caller may do what takes this role. */
export function may(caller: Caller, needed: Role): boolean {
  return caller.role !== null && isAtLeast(caller.role, needed);
}

/** Whether the caller may run scripts where k6 cannot be confined: they can do what Scaletrace's own user can. */
export function mayRunUncaged({ role }: Pick<Caller, 'role'>): boolean {
  return role === 'admin' || variable('SCALETRACE_ALLOW_UNCAGED');
}

/** The caller in the audit list and as a run's starter. */
export function actorOf(caller: Caller): string {
  switch (caller.kind) {
    case 'user':
      return caller.name;
    case 'token':
      return `token ${caller.name}`;
    default:
      return caller.kind;
  }
}

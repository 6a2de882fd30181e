import { hashPassword, isPasswordOf } from '@/lib/access/password';
import { newSecret } from '@/lib/access/secret';
import { type Store } from '@/lib/store/client';
import { addSession, endSession, sweepSessions } from '@/lib/store/sessions';
import { type User } from '@/lib/model/identity';
import { findUserByName } from '@/lib/store/users';
import { countAttempt, forgetAttempt } from './sign-in-limit';

/** A session ends at the latest after this long, however much it is used. */
const sessionLimitMs = 14 * 24 * 3_600_000;

export type SignInResult =
  | { kind: 'signed-in'; user: User; secret: string; expiresAtMs: number }
  | { kind: 'wrong' }
  | { kind: 'too-many'; retryAfterSeconds: number };

/** What a password is held against where there is no such user, so that the answer takes as long. */
let nobodysHash: Promise<string> | null = null;

/**
 * Checks name and password and begins a session, always one with a new secret; the session that the browser had before
 * ends. A user who is disabled is answered as a wrong password is.
 */
export async function signIn(
  store: Store,
  attempt: {
    name: string;
    password: string;
    address: string;
    userAgent: string | null;
    formerSessionId: string | null;
  },
  nowMs: number,
): Promise<SignInResult> {
  const retryAfterSeconds = await countAttempt(store, attempt.name, attempt.address);
  if (retryAfterSeconds !== null) return { kind: 'too-many', retryAfterSeconds };
  const found = await findUserByName(store, attempt.name);
  const right = await isPasswordOf(
    attempt.password,
    found?.passwordHash ?? (await (nobodysHash ??= hashPassword(newSecret().secret))),
  );
  if (!found || !right || found.user.disabledAtMs !== null) return { kind: 'wrong' };
  await forgetAttempt(store, attempt.name, attempt.address);
  await sweepSessions(store, nowMs);
  if (attempt.formerSessionId !== null) await endSession(store, attempt.formerSessionId, null);
  const { secret, hash } = newSecret();
  const expiresAtMs = nowMs + sessionLimitMs;
  await addSession(
    store,
    {
      secretHash: hash,
      userId: found.user.id,
      userAgent: attempt.userAgent?.slice(0, 300) ?? null,
      expiresAtMs,
    },
    nowMs,
  );
  return { kind: 'signed-in', user: found.user, secret, expiresAtMs };
}

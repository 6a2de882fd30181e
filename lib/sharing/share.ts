import { createHmac, timingSafeEqual } from 'node:crypto';
import { hashPassword, isPasswordOf } from '@/lib/access/password';
import { type Store } from '@/lib/store/client';
import { countTry, takeBack } from '@/lib/store/rate-limits';
import { findRun } from '@/lib/store/runs';
import { findShare, insertShare, withoutHash, type StoredShare } from '@/lib/store/shares';
import { type newShareSchema, type ShareLink } from '@/lib/model/share-link';
import { type z } from 'zod';

/** What stands behind a token for one reader. `locked`: it asks for a password that the reader has not given. */
export type OpenedShare =
  | { kind: 'unknown' }
  | { kind: 'ended'; share: StoredShare }
  | { kind: 'locked' | 'open'; share: StoredShare };

const tokenPattern = /^[\w-]{32}$/;

/** Looks a token up for a reader with this `Cookie` header. */
export async function openShare(
  store: Store,
  token: string,
  cookies: string | null,
  nowMs: number,
): Promise<OpenedShare> {
  const share = tokenPattern.test(token) ? await findShare(store, token, nowMs) : null;
  if (!share) return { kind: 'unknown' };
  if (share.state !== 'live') return { kind: 'ended', share };
  return { kind: isUnlocked(share, cookies, nowMs) ? 'open' : 'locked', share };
}

/** Makes a link; null if one of the runs is none. */
export async function createShare(
  store: Store,
  { runs, password, ...rest }: z.output<typeof newShareSchema>,
  createdBy: string | null,
  nowMs: number,
): Promise<ShareLink | null> {
  const found = await Promise.all(runs.map((id) => findRun(store, id)));
  if (found.includes(null)) return null;
  const passwordHash = password === null ? null : await hashPassword(password);
  const share = {
    ...rest,
    runs,
    kind: runs.length === 1 ? ('run' as const) : ('comparison' as const),
    search: publicSearch(rest.search, runs),
    passwordHash,
    createdBy,
  };
  return withoutHash(await insertShare(store, share, nowMs));
}

/** What a shared page calls its runs: their place, since their ids are not the reader's. */
export function publicIdOf(position: number): string {
  return `${position + 1}`;
}

/** A page's query as a link keeps it: the runs named by their place. */
function publicSearch(search: string, runs: readonly string[]): string {
  const params = new URLSearchParams(search);
  params.delete('runs');
  for (const [name, value] of [...params]) {
    const position = runs.indexOf(value);
    if (position !== -1) params.set(name, publicIdOf(position));
    else if (runs.some((id) => value.includes(id))) params.delete(name);
  }
  return params.toString();
}

/** How long a password that was given opens its link in that browser. */
const unlockedMs = 12 * 3_600_000;

/** Wrong passwords of one link, whoever gives them: its readers know the right one. */
const ofLink = { keyPrefix: 'share', points: 10, duration: 10 * 60 };

export type Unlocked =
  | { kind: 'unlocked'; cookies: string[] }
  | { kind: 'wrong' }
  | { kind: 'too-many'; retryAfterSeconds: number };

/** Tries a password. It is counted before it is looked at, so that many at once count as many; a right one is not counted. */
export async function unlockShare(
  store: Store,
  share: StoredShare,
  password: string,
  secure: boolean,
  nowMs: number,
): Promise<Unlocked> {
  if (share.passwordHash === null) return { kind: 'unlocked', cookies: [] };
  const retryAfterSeconds = await countTry(store, [[ofLink, share.id]]);
  if (retryAfterSeconds !== null) return { kind: 'too-many', retryAfterSeconds };
  if (!(await isPasswordOf(password, share.passwordHash))) return { kind: 'wrong' };
  await takeBack(store, ofLink, share.id);
  const endMs = Math.min(nowMs + unlockedMs, share.expiresAtMs ?? Infinity);
  const value = `${endMs}.${signatureOf(share, share.passwordHash, endMs)}`;
  // The page and its data lie under two paths; nothing else is sent the cookie.
  const cookies = [`/share/${share.token}`, `/api/share/${share.token}`].map(
    (path) =>
      `${cookieName(share)}=${value}; Path=${path}; HttpOnly; SameSite=Lax; Expires=${new Date(endMs).toUTCString()}${secure ? '; Secure' : ''}`,
  );
  return { kind: 'unlocked', cookies };
}

function isUnlocked(share: StoredShare, cookies: string | null, nowMs: number): boolean {
  if (share.passwordHash === null) return true;
  const [, endMs, signature] =
    new RegExp(`(?:^|;\\s*)${cookieName(share)}=(\\d+)\\.([\\w-]+)`).exec(cookies ?? '') ?? [];
  if (endMs === undefined || signature === undefined || Number(endMs) <= nowMs) return false;
  const expected = Buffer.from(signatureOf(share, share.passwordHash, Number(endMs)));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

// The hash never leaves the server and has a salt of its own: it signs as a key that ends with the password.
function signatureOf({ token }: StoredShare, passwordHash: string, endMs: number): string {
  return createHmac('sha256', passwordHash).update(`${token} ${endMs}`).digest('base64url');
}

function cookieName({ id }: StoredShare): string {
  return `scaletrace-share-${id.slice(0, 8)}`;
}

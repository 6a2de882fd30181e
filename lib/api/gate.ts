import { type Role } from '@/lib/model/role';
import { identify, may, type Caller } from '@/lib/identity/caller';
import { isSignInRequired } from '@/lib/identity/connection';
import { openShare } from '@/lib/sharing/share';
import { getStore } from '@/lib/store/client';
import { Problem, notFound } from '@/lib/model/problem';
import { type Access, type StoredLink } from './route';

const nobody: Caller = { kind: 'nobody', role: null };
const bearer = { headers: { 'www-authenticate': 'Bearer' } };

/** Who came in, and by which link. */
export interface Admitted {
  caller: Caller;
  link: StoredLink | undefined;
}

/**
 * The one gate of the API: who asks, if they may. Throws a Problem: 401 for who has not signed in or not given a link's
 * password, 403 for whose role is less, 404 for a link that never was and 410 for one that has ended.
 */
export async function admit(access: Access, headers: Headers, token: string): Promise<Admitted> {
  if (access === 'public') return { caller: nobody, link: undefined };
  if (access === 'link' || access === 'locked link')
    return { caller: nobody, link: await openLink(token, headers, access === 'locked link') };
  return { caller: await callerWith(access, headers), link: undefined };
}

/** What was found out a moment ago holds for all who have the same link, session or token (ms). */
const sharedForMs = 400;
const asked = new Map<string, Promise<boolean>>();

/** Whether who was admitted still may: asked again and again while a stream is open. */
export function isStillAdmitted(access: Access, headers: Headers, token: string): Promise<boolean> {
  if (access === 'public') return Promise.resolve(true);
  const key = JSON.stringify([
    access,
    token,
    isSignInRequired(headers),
    headers.get('cookie'),
    headers.get('authorization'),
  ]);
  let answer = asked.get(key);
  if (!answer) {
    answer = mayStill(access, headers, token);
    asked.set(key, answer);
    setTimeout(() => asked.delete(key), sharedForMs).unref();
  }
  return answer;
}

async function mayStill(access: Access, headers: Headers, token: string): Promise<boolean> {
  if (access === 'link' || access === 'locked link') {
    const { kind } = await openShare(await getStore(), token, headers.get('cookie'), Date.now());
    return kind === 'open';
  }
  return may(await identify(getStore, headers, Date.now()), access as Role);
}

async function callerWith(needed: Role, headers: Headers): Promise<Caller> {
  const caller = await identify(getStore, headers, Date.now());
  if (caller.kind === 'refused') throw new Problem('problems.unknown-token', {}, bearer);
  if (caller.kind === 'nobody') throw new Problem('problems.sign-in', {}, bearer);
  if (!may(caller, needed))
    throw new Problem(caller.kind === 'token' ? 'problems.role-needed-by-token' : 'problems.role-needed', {
      needed,
      role: caller.role ?? '',
    });
  return caller;
}

async function openLink(token: string, headers: Headers, mayBeLocked: boolean): Promise<StoredLink> {
  const opened = await openShare(await getStore(), token, headers.get('cookie'), Date.now());
  if (opened.kind === 'unknown') throw notFound('link');
  if (opened.kind === 'ended') throw new Problem('problems.link-ended', {});
  if (opened.kind === 'locked' && !mayBeLocked) throw new Problem('problems.link-locked', {});
  return { share: opened.share, isOpen: opened.kind === 'open' };
}

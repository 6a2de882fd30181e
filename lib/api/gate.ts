import { type Role } from '@/lib/model/role';
import { identify, may, type Caller } from '@/lib/identity/caller';
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

/** Whether who was admitted still may: asked again and again while a stream is open. */
export async function isStillAdmitted(access: Access, headers: Headers, token: string): Promise<boolean> {
  if (access === 'public') return true;
  if (access === 'link' || access === 'locked link') {
    const { kind } = await openShare(await getStore(), token, headers.get('cookie'), Date.now());
    return kind === 'open';
  }
  return may(await identify(getStore, headers, Date.now()), access);
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

import { headers } from 'next/headers';
import { cache } from 'react';
import { identify, type Caller } from '@/lib/identity/caller';
import { getStore } from '@/lib/store/client';
import { accessOf, type Access } from './access';

/** Who asks for this page. */
export const getCaller = cache(async (): Promise<Caller> => identify(getStore, await headers(), Date.now()));

/** What the reader of the page may do, for server components. */
export async function getAccess(): Promise<Access> {
  const caller = await getCaller();
  return accessOf(caller.kind === 'user' || caller.kind === 'token' ? caller.name : null, caller.role);
}

/** When this page was asked for, Unix ms. */
export const requestTimeMs = cache((): number => Date.now());

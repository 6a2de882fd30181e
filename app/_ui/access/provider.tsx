'use client';

import { createContext, use, type ReactNode } from 'react';
import { accessOf, type Access } from './access';

const AccessContext = createContext<Access>(accessOf(null, null));

export function AccessProvider({ access, children }: { access: Access; children: ReactNode }) {
  return <AccessContext value={access}>{children}</AccessContext>;
}

/** What the reader of the page may do, for client components: `useAccess().mayRun`. */
export function useAccess(): Access {
  return use(AccessContext);
}

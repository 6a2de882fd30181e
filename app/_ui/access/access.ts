import { isAtLeast, type Role } from '@/lib/model/role';

/** Who looks at the page and what they may do: buttons that would be refused are not shown. The API refuses them all the same. */
export interface Access {
  /** Null: nobody in particular, where no sign-in is asked. */
  name: string | null;
  /** Null: has not signed in. */
  role: Role | null;
  /** May start, stop, change, share and delete. */
  mayRun: boolean;
  /** May manage users, every token and session, and read the audit list. */
  mayAdmin: boolean;
}

export function accessOf(name: string | null, role: Role | null): Access {
  return { name, role, mayRun: role !== null && isAtLeast(role, 'runner'), mayAdmin: role === 'admin' };
}

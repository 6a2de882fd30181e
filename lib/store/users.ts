import { randomUUID } from 'node:crypto';
import { type Role } from '@/lib/model/role';
import { naturalOrder } from '@/lib/model/natural-order';
import { type Store } from './client';
import { userSchema, type User } from '@/lib/model/identity';

const userColumns = { id: true, name: true, role: true, createdAtMs: true, disabledAtMs: true } as const;
const toUser = (row: {
  id: string;
  name: string;
  role: string;
  createdAtMs: number;
  disabledAtMs: number | null;
}): User => userSchema.parse(row);

/** All users by name. */
export async function listUsers(store: Store): Promise<User[]> {
  const rows = await store.user.findMany({ select: userColumns });
  return rows.map(toUser).sort((a, b) => naturalOrder(a.name, b.name));
}

/** The user of this id, or null. */
export async function findUser(store: Store, id: string): Promise<User | null> {
  const row = await store.user.findUnique({ where: { id }, select: userColumns });
  return row && toUser(row);
}

/** The user of this name with the hash of their password, or null. */
export async function findUserByName(
  store: Store,
  name: string,
): Promise<{ user: User; passwordHash: string } | null> {
  const row = await store.user.findUnique({ where: { name } });
  return row && { user: toUser(row), passwordHash: row.passwordHash };
}

/** Adds a user; null if the name is taken. */
export async function addUser(
  store: Store,
  user: { name: string; passwordHash: string; role: Role },
  nowMs: number,
): Promise<User | null> {
  if (await store.user.findUnique({ where: { name: user.name }, select: { id: true } })) return null;
  return toUser(
    await store.user.create({ data: { ...user, id: randomUUID(), createdAtMs: nowMs }, select: userColumns }),
  );
}

/**
 * Changes a user; null if there is none. A new password and a disabling end the user's sessions, but for `keepSession`.
 */
export async function changeUser(
  store: Store,
  id: string,
  change: {
    role?: Role | undefined;
    disabledAtMs?: number | null | undefined;
    passwordHash?: string | undefined;
  },
  keepSession?: string,
): Promise<User | null> {
  if (!(await store.user.findUnique({ where: { id }, select: { id: true } }))) return null;
  const data = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const endsSessions = change.passwordHash !== undefined || (change.disabledAtMs ?? null) !== null;
  const [row] = await store.$transaction([
    store.user.update({ where: { id }, data, select: userColumns }),
    ...(endsSessions
      ? [
          store.session.deleteMany({
            where: { userId: id, ...(keepSession === undefined ? {} : { secretHash: { not: keepSession } }) },
          }),
        ]
      : []),
  ]);
  return toUser(row);
}

/** How many admins may sign in, but for the user of this id. */
export async function countAdmins(store: Store, exceptId?: string): Promise<number> {
  return store.user.count({
    where: {
      role: 'admin',
      disabledAtMs: null,
      ...(exceptId === undefined ? {} : { id: { not: exceptId } }),
    },
  });
}

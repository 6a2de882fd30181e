import { type Store } from './client';
import { sessionSchema, userSchema, type Session, type User } from '@/lib/model/identity';

/** A session that nothing was asked by for this long has ended. */
export const idleLimitMs = 24 * 3_600_000;
/** So often is it noted that a session is in use. */
const seenStepMs = 60_000;

export async function addSession(
  store: Store,
  session: { secretHash: string; userId: string; userAgent: string | null; expiresAtMs: number },
  nowMs: number,
): Promise<void> {
  await store.session.create({ data: { ...session, createdAtMs: nowMs, lastSeenMs: nowMs } });
}

/** The user whose session this is, if it has not ended; notes that it is in use. */
export async function findSessionUser(store: Store, secretHash: string, nowMs: number): Promise<User | null> {
  const row = await store.session.findUnique({ where: { secretHash }, include: { user: true } });
  if (
    !row ||
    row.user.disabledAtMs !== null ||
    row.expiresAtMs <= nowMs ||
    row.lastSeenMs + idleLimitMs <= nowMs
  )
    return null;
  if (nowMs - row.lastSeenMs >= seenStepMs)
    await store.session.updateMany({ where: { secretHash }, data: { lastSeenMs: nowMs } });
  return userSchema.parse(row.user);
}

/** The sessions that have not ended, of one user or of all, the last used first. */
export async function listSessions(store: Store, userId: string | null, nowMs: number): Promise<Session[]> {
  const rows = await store.session.findMany({
    where: {
      expiresAtMs: { gt: nowMs },
      lastSeenMs: { gt: nowMs - idleLimitMs },
      ...(userId === null ? {} : { userId }),
    },
    include: { user: { select: { name: true } } },
    orderBy: { lastSeenMs: 'desc' },
  });
  return rows.map(({ secretHash, user, ...row }) =>
    sessionSchema.parse({ ...row, id: secretHash, userName: user.name }),
  );
}

/** Ends a session: of this user only, or anybody's. The name of its user; null if there was none. */
export async function endSession(
  store: Store,
  secretHash: string,
  userId: string | null,
): Promise<string | null> {
  const row = await store.session.findUnique({
    where: { secretHash },
    include: { user: { select: { name: true } } },
  });
  if (!row || (userId !== null && row.userId !== userId)) return null;
  await store.session.deleteMany({ where: { secretHash } });
  return row.user.name;
}

/** Forgets the sessions that have ended by themselves. */
export async function sweepSessions(store: Store, nowMs: number): Promise<void> {
  await store.session.deleteMany({
    where: { OR: [{ expiresAtMs: { lte: nowMs } }, { lastSeenMs: { lte: nowMs - idleLimitMs } }] },
  });
}

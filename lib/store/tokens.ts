import { randomUUID } from 'node:crypto';
import { tokenScopeSchema, type TokenScope } from '@/lib/model/role';
import { type Store } from './client';
import { apiTokenSchema, userSchema, type ApiToken, type User } from '@/lib/model/identity';

const usedStepMs = 60_000;
const withUser = { user: { select: { name: true } } } as const;

interface Row {
  id: string;
  name: string;
  scope: string;
  createdAtMs: number;
  expiresAtMs: number | null;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
  user: { name: string } | null;
}
const toToken = ({ user, ...row }: Row): ApiToken =>
  apiTokenSchema.parse({ ...row, userName: user?.name ?? null });

export async function addToken(
  store: Store,
  token: {
    name: string;
    tokenHash: string;
    scope: TokenScope;
    userId: string | null;
    expiresAtMs: number | null;
  },
  nowMs: number,
): Promise<ApiToken> {
  return toToken(
    await store.apiToken.create({
      data: { ...token, id: randomUUID(), createdAtMs: nowMs },
      include: withUser,
    }),
  );
}

/** The token of this hash with its user, unless it is revoked, expired or its user disabled; notes that it is used. */
export async function findToken(
  store: Store,
  tokenHash: string,
  nowMs: number,
): Promise<{ id: string; name: string; scope: TokenScope; user: User | null } | null> {
  const row = await store.apiToken.findUnique({ where: { tokenHash }, include: { user: true } });
  if (!row || row.revokedAtMs !== null || (row.expiresAtMs !== null && row.expiresAtMs <= nowMs)) return null;
  if (row.user && row.user.disabledAtMs !== null) return null;
  if (row.lastUsedAtMs === null || nowMs - row.lastUsedAtMs >= usedStepMs)
    await store.apiToken.updateMany({ where: { tokenHash }, data: { lastUsedAtMs: nowMs } });
  return {
    id: row.id,
    name: row.name,
    scope: tokenScopeSchema.parse(row.scope),
    user: row.user && userSchema.parse(row.user),
  };
}

/** The tokens of one user or, for null, of all: the newest first, those in force before those that were revoked. */
export async function listTokens(store: Store, userId: string | null): Promise<ApiToken[]> {
  const rows = await store.apiToken.findMany({
    where: userId === null ? {} : { userId },
    include: withUser,
    orderBy: [{ createdAtMs: 'desc' }],
  });
  return rows.map(toToken).sort((a, b) => Number(a.revokedAtMs !== null) - Number(b.revokedAtMs !== null));
}

/** Revokes a token: of this user only, or anybody's. Null if there is none in force. */
export async function revokeToken(
  store: Store,
  id: string,
  userId: string | null,
  nowMs: number,
): Promise<ApiToken | null> {
  const row = await store.apiToken.findUnique({ where: { id } });
  if (!row || row.revokedAtMs !== null || (userId !== null && row.userId !== userId)) return null;
  return toToken(
    await store.apiToken.update({ where: { id }, data: { revokedAtMs: nowMs }, include: withUser }),
  );
}

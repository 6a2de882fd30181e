import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { shareKindSchema, type ShareKind, type ShareLink, type ShareState } from '@/lib/model/share-link';
import { type Store } from './client';
import { type ShareLinkModel } from './generated/models';

/** `runCount`: how many runs it was made for; a run that is removed for good takes its row of the link with it. */
const viewSchema = z.object({ search: z.string(), notes: z.boolean(), runCount: z.number() });

type ShareRow = ShareLinkModel & { runs: { runId: string; run: { deletedAtMs: number | null } }[] };
const withRuns = {
  runs: {
    orderBy: { position: 'asc' as const },
    select: { runId: true, run: { select: { deletedAtMs: true } } },
  },
};

/** A link with what only the server knows of it. */
export interface StoredShare extends ShareLink {
  passwordHash: string | null;
}

function toShare(row: ShareRow, nowMs: number): StoredShare {
  const { viewJson, runs, ...rest } = row;
  const { search, notes, runCount } = viewSchema.parse(JSON.parse(viewJson));
  const whole = runs.length === runCount && runs.every(({ run }) => run.deletedAtMs === null);
  return {
    ...rest,
    kind: shareKindSchema.parse(row.kind),
    state: stateOf(row, whole, nowMs),
    search,
    notes,
    hasPassword: row.passwordHash !== null,
    runs: runs.map(({ runId }) => runId),
  };
}

function stateOf({ revokedAtMs, expiresAtMs }: ShareLinkModel, whole: boolean, nowMs: number): ShareState {
  if (revokedAtMs !== null) return 'revoked';
  if (expiresAtMs !== null && expiresAtMs <= nowMs) return 'expired';
  return whole ? 'live' : 'deleted';
}

export interface ShareToStore {
  kind: ShareKind;
  runs: readonly string[];
  title: string;
  search: string;
  notes: boolean;
  expiresAtMs: number | null;
  passwordHash: string | null;
  createdBy: string | null;
}

/** Stores a link under a new token of 192 random bits. */
export async function insertShare(
  store: Store,
  { runs, search, notes, ...share }: ShareToStore,
  nowMs: number,
): Promise<StoredShare> {
  const row = await store.shareLink.create({
    data: {
      ...share,
      id: randomUUID(),
      token: randomBytes(24).toString('base64url'),
      viewJson: JSON.stringify({ search, notes, runCount: runs.length } satisfies z.infer<typeof viewSchema>),
      createdAtMs: nowMs,
      runs: { create: runs.map((runId, position) => ({ runId, position })) },
    },
    include: withRuns,
  });
  return toShare(row, nowMs);
}

/** The link of a token, whatever its state; null if there never was one. */
export async function findShare(store: Store, token: string, nowMs: number): Promise<StoredShare | null> {
  const row = await store.shareLink.findUnique({ where: { token }, include: withRuns });
  return row ? toShare(row, nowMs) : null;
}

/** The links that show a run, newest first: alone or in a comparison. */
export async function listSharesOfRun(store: Store, runId: string, nowMs: number): Promise<ShareLink[]> {
  const rows = await store.shareLink.findMany({
    where: { runs: { some: { runId } } },
    include: withRuns,
    orderBy: [{ createdAtMs: 'desc' }, { id: 'asc' }],
    take: 200,
  });
  return rows.map((row) => withoutHash(toShare(row, nowMs)));
}

/** The comparisons of exactly these runs that are shared, in whatever order, newest first. */
export async function listSharesOfComparison(
  store: Store,
  runIds: readonly string[],
  nowMs: number,
): Promise<ShareLink[]> {
  const links = await listSharesOfRun(store, runIds[0] ?? '', nowMs);
  return links.filter(
    ({ kind, runs }) =>
      kind === 'comparison' && runs.length === runIds.length && runs.every((id) => runIds.includes(id)),
  );
}

/** Ends a link; what it was, or null if there is none of this id. A second time changes nothing. */
export async function revokeShare(store: Store, id: string, nowMs: number): Promise<ShareLink | null> {
  await store.shareLink.updateMany({ where: { id, revokedAtMs: null }, data: { revokedAtMs: nowMs } });
  const row = await store.shareLink.findUnique({ where: { id }, include: withRuns });
  return row ? withoutHash(toShare(row, nowMs)) : null;
}

/** Counts that a link was opened, last at `nowMs`. */
export async function countOpening(store: Store, id: string, nowMs: number, times = 1): Promise<void> {
  await store.shareLink.updateMany({
    where: { id },
    data: { opens: { increment: times }, lastOpenAtMs: nowMs },
  });
}

/** A link as it may be listed. */
export function withoutHash({ passwordHash: _hash, ...link }: StoredShare): ShareLink {
  return link;
}

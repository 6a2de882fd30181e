import { z } from 'zod';
import { type Store } from './client';
import { dialectOf } from './dialect';

/** Who did what to what, and when. */
export const auditEntrySchema = z.object({
  id: z.number().int(),
  atMs: z.number(),
  /** A user's name, `token NAME`, `local` where no sign-in was asked, or the name that a failed sign-in gave. */
  actor: z.string(),
  action: z.string(),
  /** The id or name of what was done to; empty where there is none. */
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export async function addAuditEntry(
  store: Store,
  { detail, ...entry }: Omit<AuditEntry, 'id'>,
): Promise<void> {
  await store.auditEntry.create({ data: { ...entry, detailJson: JSON.stringify(detail) } });
}

const text = z
  .string()
  .trim()
  .max(200)
  .transform((value) => value || undefined)
  .optional();
/** Which entries are asked for, as an address says it. */
export const auditQuerySchema = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(50),
  actor: text,
  action: text,
  /** A part of target or detail. */
  q: text,
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

/** One page of the list, the newest first. */
export async function listAudit(
  store: Store,
  { page, pageSize, actor, action, q }: AuditQuery,
): Promise<{ entries: AuditEntry[]; total: number }> {
  const { contains } = dialectOf(store);
  const where = {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(q === undefined ? {} : { OR: [{ target: contains(q) }, { detailJson: contains(q) }] }),
  };
  const [rows, total] = await Promise.all([
    store.auditEntry.findMany({
      where,
      orderBy: { id: 'desc' },
      skip: (page - 1) * pageSize,
      take: pageSize,
    }),
    store.auditEntry.count({ where }),
  ]);
  return {
    entries: rows.map(({ detailJson, ...row }) =>
      auditEntrySchema.parse({ ...row, detail: JSON.parse(detailJson) as unknown }),
    ),
    total,
  };
}

/** Every actor and action that the list has, for its filter. */
export async function auditFacets(store: Store): Promise<{ actors: string[]; actions: string[] }> {
  const [actors, actions] = await Promise.all([
    store.auditEntry.groupBy({ by: ['actor'], orderBy: { actor: 'asc' }, take: 500 }),
    store.auditEntry.groupBy({ by: ['action'], orderBy: { action: 'asc' }, take: 500 }),
  ]);
  return { actors: actors.map(({ actor }) => actor), actions: actions.map(({ action }) => action) };
}

import { z } from 'zod';
import { code } from './message';

export const shareKindSchema = z.enum(['run', 'comparison']);
export type ShareKind = z.infer<typeof shareKindSchema>;

/** `deleted`: one of its runs is; the link opens again if the deletion is taken back. */
export const shareStateSchema = z.enum(['live', 'revoked', 'expired', 'deleted']);
export type ShareState = z.infer<typeof shareStateSchema>;

const runIdSchema = z.string().min(1).max(100);

/** Body of `POST /api/shares`: one run, or the two to six of a comparison in their order. */
export const newShareSchema = z.strictObject({
  runs: z
    .array(runIdSchema)
    .min(1)
    .max(6)
    .refine((ids) => new Set(ids).size === ids.length, code('validation.runs-doubled')),
  /** Empty: as the run is named. */
  title: z.string().trim().max(200, code('validation.at-most-characters')).default(''),
  /** The query of the page's address: what it shows (range, event, tab, alignment, …). */
  search: z.string().max(2000).default(''),
  notes: z.boolean().default(false),
  /** Unix ms; null: until it is revoked. */
  expiresAtMs: z
    .number()
    .int()
    .positive()
    .max(Date.UTC(2200, 0, 1), code('validation.before-2200'))
    .nullable()
    .default(null),
  /** Null: none. */
  password: z
    .string()
    .min(6, code('validation.at-least-characters'))
    .max(200, code('validation.at-most-characters'))
    .nullable()
    .default(null),
});
export type NewShare = z.input<typeof newShareSchema>;

/** A link as the page of its runs lists it. Times in Unix ms. */
export const shareLinkSchema = z.object({
  id: z.string(),
  /** 192 random bits: the address is `/share/TOKEN`. */
  token: z.string(),
  kind: shareKindSchema,
  state: shareStateSchema,
  title: z.string(),
  search: z.string(),
  notes: z.boolean(),
  hasPassword: z.boolean(),
  createdAtMs: z.number(),
  createdBy: z.string().nullable(),
  expiresAtMs: z.number().nullable(),
  revokedAtMs: z.number().nullable(),
  opens: z.number().int(),
  lastOpenAtMs: z.number().nullable(),
  /** The runs that it shows, in their order. */
  runs: z.array(runIdSchema),
});
export type ShareLink = z.infer<typeof shareLinkSchema>;

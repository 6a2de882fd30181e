import { z } from 'zod';
import { roleSchema, tokenScopeSchema } from './role';

/** A user as lists show one. */
export const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAtMs: z.number(),
  /** Since when the user may not sign in; null: may. */
  disabledAtMs: z.number().nullable(),
});
export type User = z.infer<typeof userSchema>;

/** An API token as lists show one: without the token. */
export const apiTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scope: tokenScopeSchema,
  /** Whose rights it has; null: made where no sign-in was asked. */
  userName: z.string().nullable(),
  createdAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
  lastUsedAtMs: z.number().nullable(),
  revokedAtMs: z.number().nullable(),
});
export type ApiToken = z.infer<typeof apiTokenSchema>;

/** A signed-in browser as lists show one; its id is the hash of the cookie's secret. */
export const sessionSchema = z.object({
  id: z.string(),
  userName: z.string(),
  createdAtMs: z.number(),
  lastSeenMs: z.number(),
  expiresAtMs: z.number(),
  userAgent: z.string().nullable(),
});
export type Session = z.infer<typeof sessionSchema>;

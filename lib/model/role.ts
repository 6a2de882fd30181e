import { z } from 'zod';

/** viewer: reads; runner: also starts, stops, changes, shares and deletes; admin: also users, every token and session, the audit list. */
export const roleSchema = z.enum(['viewer', 'runner', 'admin']);
export type Role = z.infer<typeof roleSchema>;

/** Whether a role may do what takes `needed`. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return roleSchema.options.indexOf(role) >= roleSchema.options.indexOf(needed);
}

/** The lesser of two roles. */
export function lesserRole(a: Role, b: Role): Role {
  return isAtLeast(a, b) ? b : a;
}

/** What an API token opens: `read` as a viewer, `run` as a runner. */
export const tokenScopeSchema = z.enum(['read', 'run']);
export type TokenScope = z.infer<typeof tokenScopeSchema>;

export const roleOfScope: Record<TokenScope, Role> = { read: 'viewer', run: 'runner' };

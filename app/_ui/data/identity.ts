import { z } from 'zod';
import { type Role, type TokenScope } from '@/lib/model/role';
import { apiTokenSchema, userSchema, type ApiToken, type User } from '@/lib/model/identity';
import { sendJson } from './http';

const userAnswer = z.object({ user: userSchema });

/** Signs in: the browser has its session from then on. Throws ApiProblem. */
export async function signIn(name: string, password: string): Promise<User> {
  return (await sendJson('POST', '/api/session', { name, password }, userAnswer)).user;
}

export async function signOut(): Promise<void> {
  await sendJson('DELETE', '/api/session', undefined, z.null());
}

export async function endSession(id: string): Promise<void> {
  await sendJson('DELETE', `/api/sessions/${id}`, undefined, z.null());
}

export async function changeOwnPassword(current: string, password: string): Promise<void> {
  await sendJson('PUT', '/api/account/password', { current, password }, z.null());
}

export async function addUser(name: string, password: string, role: Role): Promise<User> {
  return (await sendJson('POST', '/api/users', { name, password, role }, userAnswer)).user;
}

export async function changeUser(
  id: string,
  change: { role?: Role; disabled?: boolean; password?: string },
): Promise<User> {
  return (await sendJson('PATCH', `/api/users/${id}`, change, userAnswer)).user;
}

/** Makes a token; `secret` is shown this once. */
export async function createToken(
  name: string,
  scope: TokenScope,
  expiresInDays: number | null,
): Promise<{ token: ApiToken; secret: string }> {
  return sendJson(
    'POST',
    '/api/tokens',
    { name, scope, expiresInDays },
    z.object({ token: apiTokenSchema, secret: z.string() }),
  );
}

export async function revokeToken(id: string): Promise<ApiToken> {
  return (await sendJson('DELETE', `/api/tokens/${id}`, undefined, z.object({ token: apiTokenSchema })))
    .token;
}

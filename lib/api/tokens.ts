import { z } from 'zod';
import { newSecret } from '@/lib/access/secret';
import { may, type Caller } from '@/lib/identity/caller';
import { newTokenSchema } from '@/lib/identity/schemas';
import { apiTokenSchema } from '@/lib/model/identity';
import { roleOfScope } from '@/lib/model/role';
import { getStore } from '@/lib/store/client';
import { addToken, listTokens, revokeToken } from '@/lib/store/tokens';
import { Problem } from '@/lib/model/problem';
import { found } from './problem';
import { route } from './route';
import { message } from '@/lib/model/message';

const dayMs = 86_400_000;

/** Whose tokens somebody sees and ends; null: everybody's. */
function ownerFor(caller: Caller): string | null {
  return may(caller, 'admin') ? null : caller.kind === 'user' ? caller.userId : '';
}

export const tokens = [
  route(
    'GET /api/tokens',
    {
      summary: 'The API tokens: one’s own, or for an admin everybody’s',
      access: 'viewer',
      answers: { 200: z.object({ tokens: z.array(apiTokenSchema) }) },
    },
    async ({ caller }) => ({ tokens: await listTokens(await getStore(), ownerFor(caller)) }),
  ),
  route(
    'POST /api/tokens',
    {
      summary: 'Make an API token; it is shown in this answer only',
      access: 'viewer',
      audit: 'token.create',
      body: newTokenSchema,
      answers: { 201: z.object({ token: apiTokenSchema, secret: z.string() }) },
      before({ caller }) {
        if (caller.kind === 'token') throw new Problem('problems.token-makes-token', {});
      },
    },
    async ({ body: { name, scope, expiresInDays }, caller, note }) => {
      if (!may(caller, roleOfScope[scope]))
        throw new Problem(
          'problems.scope-beyond-role',
          { scope, role: roleOfScope[scope] },
          { errors: [{ path: 'scope', said: message('validation.scope-beyond-role') }] },
        );
      const { secret, hash } = newSecret('scaletrace_');
      const nowMs = Date.now();
      const token = await addToken(
        await getStore(),
        {
          name,
          scope,
          tokenHash: hash,
          userId: caller.kind === 'user' ? caller.userId : null,
          expiresAtMs: expiresInDays === null ? null : nowMs + expiresInDays * dayMs,
        },
        nowMs,
      );
      note({ detail: { scope, expiresInDays } });
      return { token, secret };
    },
  ),
  route(
    'DELETE /api/tokens/{id}',
    {
      summary: 'Revoke an API token',
      access: 'viewer',
      audit: 'token.revoke',
      answers: { 200: z.object({ token: apiTokenSchema }) },
      before({ caller }) {
        if (caller.kind === 'token') throw new Problem('problems.token-revokes-token', {});
      },
    },
    async ({ params, caller }) => ({
      token: found('token', await revokeToken(await getStore(), params.id, ownerFor(caller), Date.now())),
    }),
  ),
] as const;

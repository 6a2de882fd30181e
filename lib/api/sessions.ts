import { z } from 'zod';
import { hashSecret } from '@/lib/access/secret';
import { identify, may } from '@/lib/identity/caller';
import { addressOf, isSecure, isSignInRequired } from '@/lib/identity/connection';
import { signInSchema } from '@/lib/identity/schemas';
import { endedSessionCookie, sessionCookie, sessionSecretOf } from '@/lib/identity/session-cookie';
import { signIn } from '@/lib/identity/sign-in';
import { sessionSchema, userSchema } from '@/lib/model/identity';
import { roleSchema } from '@/lib/model/role';
import { addAuditEntry } from '@/lib/store/audit';
import { getStore } from '@/lib/store/client';
import { endSession, listSessions } from '@/lib/store/sessions';
import { Problem, notFound } from '@/lib/model/problem';
import { nothing, route } from './route';

/** Signing in and out, and the sessions that have not ended. */
export const sessions = [
  route(
    'GET /api/session',
    {
      summary: 'Who asks, and whether sign-in is asked at all',
      access: 'public',
      answers: {
        200: z.object({
          signInRequired: z.boolean(),
          kind: z.enum(['local', 'user', 'token', 'nobody', 'refused']),
          name: z.string().nullable(),
          role: roleSchema.nullable(),
        }),
      },
    },
    async ({ request }) => {
      const caller = await identify(getStore, request.headers, Date.now());
      return {
        signInRequired: isSignInRequired(request.headers),
        kind: caller.kind,
        name: caller.kind === 'user' || caller.kind === 'token' ? caller.name : null,
        role: roleSchema.nullable().parse(caller.role),
      };
    },
  ),
  route(
    'POST /api/session',
    {
      summary: 'Sign in; the session is the answer’s cookie',
      access: 'public',
      audit: 'sign-in',
      body: signInSchema,
      answers: { 200: z.object({ user: userSchema }) },
    },
    async ({ request, body: { name, password }, reply, note }) => {
      const store = await getStore();
      const former = sessionSecretOf(request.headers);
      const nowMs = Date.now();
      const result = await signIn(
        store,
        {
          name,
          password,
          address: addressOf(request.headers),
          userAgent: request.headers.get('user-agent'),
          formerSessionId: former && hashSecret(former),
        },
        nowMs,
      );
      if (result.kind !== 'signed-in') {
        await addAuditEntry(store, {
          atMs: nowMs,
          actor: name,
          action: 'sign-in.failed',
          target: '',
          detail: {
            address: addressOf(request.headers),
            ...(result.kind === 'too-many' ? { tooMany: true } : {}),
          },
        });
      }
      if (result.kind === 'too-many') {
        const minutes = Math.ceil(result.retryAfterSeconds / 60);
        throw new Problem(
          'problems.sign-ins-failed',
          { minutes },
          { headers: { 'retry-after': `${result.retryAfterSeconds}` } },
        );
      }
      if (result.kind === 'wrong') throw new Problem('problems.wrong-sign-in', {});
      note({ actor: result.user.name, target: '' });
      reply.headers.append(
        'set-cookie',
        sessionCookie(result.secret, result.expiresAtMs, isSecure(request.headers)),
      );
      return { user: result.user };
    },
  ),
  route(
    'DELETE /api/session',
    {
      summary: 'Sign out',
      access: 'public',
      audit: 'sign-out',
      answers: { 204: nothing('The session has ended, here too and not in the browser only.') },
    },
    async ({ request, reply, note }) => {
      const secret = sessionSecretOf(request.headers);
      const name = secret === null ? null : await endSession(await getStore(), hashSecret(secret), null);
      note({ actor: name ?? 'nobody' });
      reply.headers.append('set-cookie', endedSessionCookie());
    },
  ),
  route(
    'GET /api/sessions',
    {
      summary: 'The sessions that have not ended: one’s own, or for an admin everybody’s',
      access: 'viewer',
      query: z.object({ of: z.enum(['me', 'all']).default('me') }),
      answers: { 200: z.object({ sessions: z.array(sessionSchema), current: z.string().nullable() }) },
    },
    async ({ query: { of }, caller }) => {
      if (of === 'all' && !may(caller, 'admin')) throw new Problem('problems.sessions-of-others', {});
      const userId = of === 'all' ? null : caller.kind === 'user' ? caller.userId : '';
      const current = caller.kind === 'user' ? caller.sessionId : null;
      return { sessions: await listSessions(await getStore(), userId, Date.now()), current };
    },
  ),
  route(
    'DELETE /api/sessions/{id}',
    {
      summary: 'End a session',
      access: 'viewer',
      audit: 'session.end',
      answers: { 204: nothing('The session has ended.') },
    },
    async ({ params, caller, note }) => {
      const userId = may(caller, 'admin') ? null : caller.kind === 'user' ? caller.userId : '';
      const name = await endSession(await getStore(), params.id, userId);
      if (name === null) throw notFound('session');
      note({ target: name });
    },
  ),
] as const;

import type { z } from 'zod';
import { roleSchema } from '@/lib/model/role';
import { hashSecret } from '@/lib/access/secret';
import { identify } from '@/lib/identity/caller';
import { addressOf, isSecure, isSignInRequired } from '@/lib/identity/connection';
import { signInSchema } from '@/lib/identity/schemas';
import { endedSessionCookie, sessionCookie, sessionSecretOf } from '@/lib/identity/session-cookie';
import { signIn } from '@/lib/identity/sign-in';
import { addAuditEntry } from '@/lib/store/audit';
import { getStore } from '@/lib/store/client';
import { endSession } from '@/lib/store/sessions';
import { Problem } from '@/app/api/_lib/problem';
import { json, readBody, route } from '@/app/api/_lib/route';
import { type whoSchema } from './operations';

/** Who asks, and whether sign-in is asked at all. */
export const GET = route(
  async (request) => {
    const caller = await identify(getStore, request.headers, Date.now());
    const name = caller.kind === 'user' || caller.kind === 'token' ? caller.name : null;
    return json({
      signInRequired: isSignInRequired(request.headers),
      kind: caller.kind,
      name,
      role: roleSchema.nullable().parse(caller.role),
    } satisfies z.infer<typeof whoSchema>);
  },
  { access: 'public' },
);

/** Signs in: the answer's cookie is the session. */
export const POST = route(
  async (request, _params, { note }) => {
    const { name, password } = await readBody(request, signInSchema);
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
        429,
        'Too many attempts',
        `Too many sign-ins have failed. Try again in ${minutes} minute${minutes === 1 ? '' : 's'}.`,
        [],
        { 'retry-after': `${result.retryAfterSeconds}` },
      );
    }
    if (result.kind === 'wrong')
      throw new Problem(401, 'Not signed in', 'Name or password is wrong, or the user is disabled.');
    note({ actor: result.user.name, target: '' });
    const answer = json({ user: result.user });
    answer.headers.append(
      'set-cookie',
      sessionCookie(result.secret, result.expiresAtMs, isSecure(request.headers)),
    );
    return answer;
  },
  { access: 'public', audit: 'sign-in' },
);

/** Signs out: the session ends here too, not in the browser only. */
export const DELETE = route(
  async (request, _params, { note }) => {
    const secret = sessionSecretOf(request.headers);
    const name = secret === null ? null : await endSession(await getStore(), hashSecret(secret), null);
    note({ actor: name ?? 'nobody' });
    return new Response(null, { status: 204, headers: { 'set-cookie': endedSessionCookie() } });
  },
  { access: 'public', audit: 'sign-out' },
);

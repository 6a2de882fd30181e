import { type Role } from '@/lib/model/role';
import { identify, may, type Caller } from '@/lib/identity/caller';
import { getStore } from '@/lib/store/client';
import { Problem } from './problem';

/** Who asks, if they may do what takes this role. Throws a Problem: 401 for who has not signed in, 403 for whose role is less. */
export async function admit(headers: Headers, needed: Role): Promise<Caller> {
  const caller = await identify(getStore, headers, Date.now());
  if (caller.kind === 'refused')
    throw new Problem(
      401,
      'Unknown token',
      'This API token is unknown, revoked or expired. Make a new one in the settings.',
      [],
      { 'www-authenticate': 'Bearer' },
    );
  if (caller.kind === 'nobody')
    throw new Problem(401, 'Sign in', 'Sign in at /sign-in, or send an API token as a bearer token.', [], {
      'www-authenticate': 'Bearer',
    });
  if (!may(caller, needed))
    throw new Problem(
      403,
      'Not allowed',
      `This takes the role ${needed}; ${caller.kind === 'token' ? 'this token has' : 'yours is'} ${caller.role}. An admin can change it.`,
    );
  return caller;
}

const checkEveryMs = 5000;

/** The stream as long as the caller may read it: a session or token that has ended ends it too. */
export function whileAdmitted(response: Response, headers: Headers, needed: Role): Response {
  if (!response.body) return response;
  let checkedAtMs = Date.now();
  const guarded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        if (Date.now() - checkedAtMs >= checkEveryMs) {
          checkedAtMs = Date.now();
          const caller = await identify(getStore, headers, checkedAtMs);
          if (!may(caller, needed)) return controller.terminate();
        }
        controller.enqueue(chunk);
      },
    }),
  );
  return new Response(guarded, response);
}

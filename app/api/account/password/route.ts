import { hashPassword, isPasswordOf } from '@/lib/access/password';
import { addressOf } from '@/lib/identity/connection';
import { ownPasswordSchema } from '@/lib/identity/schemas';
import { countAttempt, forgetAttempt } from '@/lib/identity/sign-in-limit';
import { getStore } from '@/lib/store/client';
import { changeUser, findUserByName } from '@/lib/store/users';
import { Problem } from '@/app/api/_lib/problem';
import { readBody, route } from '@/app/api/_lib/route';

/** Changes one's own password; one's other sessions end. */
export const PUT = route(
  async (request, _params, { caller }) => {
    if (caller.kind !== 'user')
      throw new Problem(409, 'No password', 'Only who has signed in has a password to change.');
    const { current, password } = await readBody(request, ownPasswordSchema);
    const store = await getStore();
    const address = addressOf(request.headers);
    const wait = await countAttempt(caller.name, address);
    if (wait !== null)
      throw new Problem(
        429,
        'Too many attempts',
        `Too many passwords were wrong. Try again in ${Math.ceil(wait / 60)} min.`,
        [],
        { 'retry-after': `${wait}` },
      );
    const found = await findUserByName(store, caller.name);
    if (!found || !(await isPasswordOf(current, found.passwordHash)))
      throw new Problem(422, 'Wrong password', 'This is not your password now.', [
        { path: 'current', message: 'this is not your password now' },
      ]);
    await forgetAttempt(caller.name, address);
    await changeUser(store, caller.userId, { passwordHash: await hashPassword(password) }, caller.sessionId);
    return new Response(null, { status: 204 });
  },
  { access: 'viewer', audit: 'user.password' },
);

import { hashPassword, isPasswordOf } from '@/lib/access/password';
import { addressOf } from '@/lib/identity/connection';
import { ownPasswordSchema } from '@/lib/identity/schemas';
import { countAttempt, forgetAttempt } from '@/lib/identity/sign-in-limit';
import { getStore } from '@/lib/store/client';
import { changeUser, findUserByName } from '@/lib/store/users';
import { Problem } from '@/lib/model/problem';
import { nothing, route } from './route';
import { message } from '@/lib/model/message';

const noPassword = (): Problem => new Problem('problems.no-own-password', {});

export const account = [
  route(
    'PUT /api/account/password',
    {
      summary: 'Change one’s own password; one’s other sessions end',
      access: 'viewer',
      audit: 'user.password',
      body: ownPasswordSchema,
      answers: { 204: nothing('The password was changed.') },
      before({ caller }) {
        if (caller.kind !== 'user') throw noPassword();
      },
    },
    async ({ request, caller, body: { current, password } }) => {
      if (caller.kind !== 'user') throw noPassword();
      const store = await getStore();
      const address = addressOf(request.headers);
      const wait = await countAttempt(store, caller.name, address);
      if (wait !== null)
        throw new Problem(
          'problems.passwords-failed',
          { minutes: Math.ceil(wait / 60) },
          { headers: { 'retry-after': `${wait}` } },
        );
      const found = await findUserByName(store, caller.name);
      if (!found || !(await isPasswordOf(current, found.passwordHash)))
        throw new Problem(
          'problems.wrong-own-password',
          {},
          { errors: [{ path: 'current', said: message('validation.own-password-wrong') }] },
        );
      await forgetAttempt(store, caller.name, address);
      await changeUser(
        store,
        caller.userId,
        { passwordHash: await hashPassword(password) },
        caller.sessionId,
      );
    },
  ),
] as const;

import { z } from 'zod';
import { hashPassword } from '@/lib/access/password';
import { newUserSchema, userChangeSchema } from '@/lib/identity/schemas';
import { userSchema } from '@/lib/model/identity';
import { getStore } from '@/lib/store/client';
import { addUser, changeUser, countAdmins, findUser, listUsers } from '@/lib/store/users';
import { Problem } from '@/lib/model/problem';
import { found } from './problem';
import { route } from './route';
import { message } from '@/lib/model/message';

const userAnswerSchema = z.object({ user: userSchema });

export const users = [
  route(
    'GET /api/users',
    {
      summary: 'All users',
      access: 'admin',
      answers: { 200: z.object({ users: z.array(userSchema) }) },
    },
    async () => ({ users: await listUsers(await getStore()) }),
  ),
  route(
    'POST /api/users',
    {
      summary: 'Add a user',
      access: 'admin',
      audit: 'user.add',
      body: newUserSchema,
      answers: { 201: userAnswerSchema },
    },
    async ({ body: { name, password, role }, note }) => {
      const user = await addUser(
        await getStore(),
        { name, role, passwordHash: await hashPassword(password) },
        Date.now(),
      );
      if (!user)
        throw new Problem(
          'problems.user-name-taken',
          { name },
          { errors: [{ path: 'name', said: message('validation.user-name-taken') }] },
        );
      note({ target: user.name, detail: { role } });
      return { user };
    },
  ),
  route(
    'PATCH /api/users/{id}',
    {
      summary: 'Change a user’s role, disable or enable them, set a new password',
      access: 'admin',
      audit: 'user.change',
      body: userChangeSchema,
      answers: { 200: userAnswerSchema },
    },
    async ({ params: { id }, body: { role, disabled, password }, caller, note }) => {
      const store = await getStore();
      const before = found('user', await findUser(store, id));
      const losesAdmin =
        before.role === 'admin' &&
        before.disabledAtMs === null &&
        (disabled === true || (role !== undefined && role !== 'admin'));
      if (losesAdmin && (await countAdmins(store, id)) === 0)
        throw new Problem('problems.last-admin', { name: before.name });
      const user = found(
        'user',
        await changeUser(
          store,
          id,
          {
            role,
            disabledAtMs:
              disabled === undefined ? undefined : disabled ? (before.disabledAtMs ?? Date.now()) : null,
            passwordHash: password === undefined ? undefined : await hashPassword(password),
          },
          caller.kind === 'user' && caller.userId === id ? caller.sessionId : undefined,
        ),
      );
      note({
        target: before.name,
        detail: {
          ...(role === undefined ? {} : { role }),
          ...(disabled === undefined ? {} : { disabled }),
          ...(password === undefined ? {} : { newPassword: true }),
        },
      });
      return { user };
    },
  ),
] as const;

import { hashPassword } from '@/lib/access/password';
import { userChangeSchema } from '@/lib/identity/schemas';
import { getStore } from '@/lib/store/client';
import { changeUser, countAdmins, findUser } from '@/lib/store/users';
import { notFound, Problem } from '@/app/api/_lib/problem';
import { json, readBody, route } from '@/app/api/_lib/route';

/** Changes a user's role, disables or enables them, or sets a new password. One admin always stays. */
export const PATCH = route<{ id: string }>(
  async (request, { id }, { caller, note }) => {
    const { role, disabled, password } = await readBody(request, userChangeSchema);
    const store = await getStore();
    const before = await findUser(store, id);
    if (!before) throw notFound('user');
    const losesAdmin =
      before.role === 'admin' &&
      before.disabledAtMs === null &&
      (disabled === true || (role !== undefined && role !== 'admin'));
    if (losesAdmin && (await countAdmins(store, id)) === 0)
      throw new Problem(
        409,
        'The last admin',
        `${before.name} is the only admin who may sign in: make another user admin first.`,
      );
    const user = await changeUser(
      store,
      id,
      {
        role,
        disabledAtMs:
          disabled === undefined ? undefined : disabled ? (before.disabledAtMs ?? Date.now()) : null,
        passwordHash: password === undefined ? undefined : await hashPassword(password),
      },
      caller.kind === 'user' && caller.userId === id ? caller.sessionId : undefined,
    );
    note({
      target: before.name,
      detail: {
        ...(role === undefined ? {} : { role }),
        ...(disabled === undefined ? {} : { disabled }),
        ...(password === undefined ? {} : { newPassword: true }),
      },
    });
    return json({ user });
  },
  { access: 'admin', audit: 'user.change' },
);

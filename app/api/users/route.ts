import { hashPassword } from '@/lib/access/password';
import { newUserSchema } from '@/lib/identity/schemas';
import { getStore } from '@/lib/store/client';
import { addUser, listUsers } from '@/lib/store/users';
import { Problem } from '@/app/api/_lib/problem';
import { json, readBody, route } from '@/app/api/_lib/route';

export const GET = route(async () => json({ users: await listUsers(await getStore()) }), { access: 'admin' });

/** Adds a user who may sign in from now on. */
export const POST = route(
  async (request, _params, { note }) => {
    const { name, password, role } = await readBody(request, newUserSchema);
    const user = await addUser(
      await getStore(),
      { name, role, passwordHash: await hashPassword(password) },
      Date.now(),
    );
    if (!user)
      throw new Problem(409, 'Name is taken', `There is a user "${name}" already.`, [
        { path: 'name', message: 'there is a user of this name already' },
      ]);
    note({ target: user.name, detail: { role } });
    return json({ user }, 201);
  },
  { access: 'admin', audit: 'user.add' },
);

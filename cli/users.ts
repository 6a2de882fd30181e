/** `npm run users`: who may sign in, from the machine itself; the settings' page does the same for an admin. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { type z } from 'zod';
import { hashPassword } from '@/lib/access/password';
import { passwordSchema } from '@/lib/model/password';
import { roleSchema, type Role } from '@/lib/model/role';
import { userNameSchema } from '@/lib/identity/user-name';
import { addAuditEntry } from '@/lib/store/audit';
import { openStore, type Store } from '@/lib/store/client';
import { type User } from '@/lib/model/identity';
import { addUser, changeUser, countAdmins, findUserByName, listUsers } from '@/lib/store/users';
import { UserError } from '@/scripts/demo/processes';

const usage = `npm run users -- COMMAND
  list                            who there is
  add NAME --role ROLE            add a user: viewer, runner or admin
  role NAME ROLE                  change the role
  password NAME                   set a new password; the user's sessions end
  disable NAME | enable NAME      take away or give back the right to sign in

A password is asked for on the terminal, or read from standard input.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: { role: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [command, rawName, rawRole] = positionals;
  if (values.help || command === undefined) return console.log(usage);
  const store = await openStore();
  try {
    if (command === 'list') return await list(store);
    const name = valid(userNameSchema, rawName ?? '', 'NAME');
    switch (command) {
      case 'add': {
        const role = valid(roleSchema, values.role ?? '', '--role');
        if (await findUserByName(store, name)) throw new UserError(`There is a user "${name}" already.`);
        const user = await addUser(
          store,
          { name, role, passwordHash: await hashPassword(await readPassword(name)) },
          Date.now(),
        );
        if (user) await done(store, 'user.add', user, { role });
        return;
      }
      case 'role':
        return await change(store, name, { role: valid(roleSchema, rawRole ?? values.role ?? '', 'ROLE') });
      case 'password':
        await existing(store, name);
        return await change(store, name, { passwordHash: await hashPassword(await readPassword(name)) });
      case 'disable':
        return await change(store, name, { disabledAtMs: Date.now() });
      case 'enable':
        return await change(store, name, { disabledAtMs: null });
      default:
        throw new UserError(`There is no command "${command}".\n\n${usage}`);
    }
  } finally {
    await store.$disconnect();
  }
}

async function list(store: Store): Promise<void> {
  const users = await listUsers(store);
  if (users.length === 0) console.log('There is no user yet: npm run users -- add NAME --role admin');
  for (const user of users)
    console.log(
      `${user.name.padEnd(24)} ${user.role.padEnd(7)} ${user.disabledAtMs === null ? '' : 'disabled'}`.trimEnd(),
    );
}

async function existing(store: Store, name: string): Promise<User> {
  const found = await findUserByName(store, name);
  if (!found) throw new UserError(`There is no user "${name}": npm run users -- list`);
  return found.user;
}

async function change(
  store: Store,
  name: string,
  what: { role?: Role; disabledAtMs?: number | null; passwordHash?: string },
): Promise<void> {
  const user = await existing(store, name);
  const losesAdmin =
    user.role === 'admin' &&
    user.disabledAtMs === null &&
    ((what.role !== undefined && what.role !== 'admin') || typeof what.disabledAtMs === 'number');
  if (losesAdmin && (await countAdmins(store, user.id)) === 0)
    throw new UserError(`${name} is the only admin who may sign in: make another user admin first.`);
  const changed = await changeUser(store, user.id, what);
  const { passwordHash, disabledAtMs, ...detail } = what;
  if (changed)
    await done(store, 'user.change', changed, {
      ...detail,
      ...(passwordHash === undefined ? {} : { newPassword: true }),
      ...(disabledAtMs === undefined ? {} : { disabled: disabledAtMs !== null }),
    });
}

async function done(
  store: Store,
  action: string,
  user: User,
  detail: Record<string, unknown>,
): Promise<void> {
  await addAuditEntry(store, { atMs: Date.now(), actor: 'command line', action, target: user.name, detail });
  console.log(`✓ ${user.name}: ${user.role}${user.disabledAtMs === null ? '' : ', disabled'}`);
}

function valid<T>(schema: z.ZodType<T>, value: string, what: string): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new UserError(`${what}: ${result.error.issues[0]?.message}\n\n${usage}`);
  return result.data;
}

/** The password: asked twice on a terminal, without showing it; else the first line of standard input. */
async function readPassword(name: string): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin }))
      return valid(passwordSchema, line, 'The password');
    throw new UserError('Standard input had no password.');
  }
  const password = valid(passwordSchema, await ask(`Password for ${name}: `), 'The password');
  if ((await ask('Once more: ')) !== password) throw new UserError('The two are not the same.');
  return password;
}

function ask(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, callback) => callback() });
  process.stdout.write(question);
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve, reject) => {
    terminal.once('SIGINT', () => {
      terminal.close();
      reject(new UserError('\nNothing was changed.'));
    });
    terminal.question('', (answer) => {
      terminal.close();
      process.stdout.write('\n');
      resolve(answer);
    });
  });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof UserError ? `✗ ${error.message}` : error);
    process.exit(1);
  },
);

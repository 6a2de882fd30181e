import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { keepPrivate } from '@/lib/environment/paths';
import { UserError } from '@/lib/environment/user-error';
import { hashPassword } from '@/lib/access/password';
import { passwordSchema } from '@/lib/model/password';
import { roleSchema, type Role } from '@/lib/model/role';
import { userNameSchema } from '@/lib/identity/user-name';
import { addAuditEntry } from '@/lib/store/audit';
import { openStore, type Store } from '@/lib/store/client';
import { type User } from '@/lib/model/identity';
import { addUser, changeUser, countAdmins, findUserByName, listUsers } from '@/lib/store/users';
import { messageOfIssue } from '@/lib/model/message';
import { english } from '@/lib/words/english';

/** Who may sign in, from the machine itself; the settings' page does the same for an admin. */
export const command = define(
  {
    positionals: ['[COMMAND]', '[NAME]', '[ROLE]'],
    options: z.object({
      role: z.string().optional().meta({ value: 'ROLE', description: 'viewer, runner or admin' }),
    }),
    notes: `list                            who there is
add NAME --role ROLE            add a user
ensure NAME --role ROLE         the same, unless there is one of that name already
role NAME ROLE                  change the role
password NAME                   set a new password; the user’s sessions end
disable NAME | enable NAME      take away or give back the right to sign in

A password is asked for on the terminal, or read from standard input.`,
    exitCode: 1,
  },
  async ({ options, positionals: [what, rawName = '', rawRole], help }) => {
    if (what === undefined) {
      console.log(help);
      return 0;
    }
    const action = actions[what];
    if (what !== 'list' && !action) throw new UserError(`There is no command "${what}".\n\n${help}`);
    keepPrivate();
    const store = await openStore();
    try {
      if (action) await action(store, valid(userNameSchema, rawName, 'NAME'), rawRole ?? options.role ?? '');
      else await list(store);
      return 0;
    } finally {
      await store.$disconnect();
    }
  },
);

type Action = (store: Store, name: string, role: string) => Promise<void>;

/** What is done to one user. */
const actions: Record<string, Action> = {
  async add(store, name, rawRole) {
    const role = valid(roleSchema, rawRole, '--role');
    if (await findUserByName(store, name)) throw new UserError(`There is a user "${name}" already.`);
    const user = await addUser(
      store,
      { name, role, passwordHash: await hashPassword(await readPassword(name)) },
      Date.now(),
    );
    if (user) await done(store, 'user.add', user, { role });
  },
  async ensure(store, name, role) {
    if (await findUserByName(store, name)) console.log(`${name} is there already.`);
    else await actions.add!(store, name, role);
  },
  role: (store, name, role) => change(store, name, { role: valid(roleSchema, role, 'ROLE') }),
  async password(store, name) {
    await existing(store, name);
    await change(store, name, { passwordHash: await hashPassword(await readPassword(name)) });
  },
  disable: (store, name) => change(store, name, { disabledAtMs: Date.now() }),
  enable: (store, name) => change(store, name, { disabledAtMs: null }),
};

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
  if (!result.success) throw new UserError(`${what}: ${english(messageOfIssue(result.error.issues[0]))}`);
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

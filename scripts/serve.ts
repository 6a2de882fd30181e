/**
 * `npm start` and `npm run dev`: the dashboard alone, or with the lab beside it (`--lab`, always in dev without a
 * KUBECONFIG). On another address than loopback's it asks for sign-in, and does not start where nobody could.
 */
import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { z } from 'zod';
import { command } from '@/lib/environment/arguments';
import { variable } from '@/lib/environment/environment';
import { databaseUrl, keepPrivate, refuseWithoutSecrets, stateDirectory } from '@/lib/environment/paths';
import { UserError } from '@/lib/environment/user-error';
import { isLoopback } from '@/lib/environment/loopback';
import { openStore } from '@/lib/store/client';
import { applyMigrations } from '@/lib/store/migrations';
import { refuseBesideOther } from '@/lib/store/postgres/kept-apart';
import { refuseSecond } from '@/lib/store/state-lock';
import { countAdmins } from '@/lib/store/users';
import { portSchema } from './ports';
import { Processes, runProgram } from './processes';

const [mode, ...args] = process.argv.slice(2);
const processes = new Processes();

const serve = command(
  {
    options: z.object({
      port: portSchema(1).optional().meta({ value: 'P', description: 'port (4300 or SCALETRACE_PORT)' }),
      host: z
        .string()
        .optional()
        .meta({ value: 'HOST', description: 'address to listen on (127.0.0.1 or SCALETRACE_HOST)' }),
      lab: z.boolean().default(false).meta({ description: 'the lab beside it' }),
      requireSignIn: z.boolean().default(false).meta({ description: 'ask for sign-in on loopback too' }),
    }),
    exitCode: 1,
  },
  async ({ options }) => {
    keepPrivate();
    refuseWithoutSecrets();
    refuseSecond(stateDirectory());
    await refuseBesideOther(databaseUrl());
    await applyMigrations(databaseUrl());
    const host = options.host ?? variable('SCALETRACE_HOST');
    const exposed = !isLoopback(host);
    const requireSignIn = exposed || options.requireSignIn || variable('SCALETRACE_REQUIRE_SIGN_IN');
    if (requireSignIn)
      await assertAdminExists(
        exposed ? `Scaletrace would be open to others on ${host}` : 'Sign-in is asked for',
      );
    const env: Record<string, string> = {
      SCALETRACE_REQUIRE_SIGN_IN: requireSignIn ? '1' : '0',
      SCALETRACE_ALLOWED_HOSTS: [
        ...variable('SCALETRACE_ALLOWED_HOSTS'),
        ...(exposed ? namesOf(host) : []),
      ].join(','),
    };
    if (options.lab || (mode === 'dev' && variable('KUBECONFIG') === undefined)) {
      const lab = await processes.startLab({
        gateway: variable('SCALETRACE_GATEWAY_PORT'),
        gatewayTls: variable('SCALETRACE_GATEWAY_TLS_PORT'),
        api: variable('SCALETRACE_API_PORT'),
        metrics: variable('SCALETRACE_METRICS_PORT'),
      });
      env.KUBECONFIG = lab.kubeconfig;
      console.log(`lab        ${lab.gatewayUrl} (KUBECONFIG=${lab.kubeconfig})`);
    }
    const url = await processes.startDashboard({
      mode: mode === 'dev' ? 'dev' : 'start',
      host,
      port: options.port ?? variable('SCALETRACE_PORT'),
      env,
    });
    console.log(`dashboard  ${url}`);
    throw new UserError(await processes.firstUnexpectedExit());
  },
);

/** Throws a UserError that says how to set sign-in up, unless an admin is there who may sign in. */
async function assertAdminExists(why: string): Promise<void> {
  const store = await openStore();
  const admins = await countAdmins(store);
  await store.$disconnect();
  if (admins > 0) return;
  throw new UserError(
    `${why}, but no admin is set up who could sign in.\n  Add one, and start again:\n\n    npm run users -- add NAME --role admin\n\n  It asks for a password (or reads it from standard input). To reach Scaletrace from elsewhere without this, keep it on\n  127.0.0.1 and use an SSH tunnel.`,
  );
}

/** The names by which a server bound to this address can be opened: for any address, those that this machine has. */
function namesOf(host: string): string[] {
  const bracketed = (address: string): string => (isIPv6(address) ? `[${address}]` : address);
  if (host !== '0.0.0.0' && host !== '::') return [bracketed(host)];
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => bracketed(address));
  return [hostname(), ...addresses];
}

await runProgram(
  () => processes.stopAll(),
  () =>
    serve.start(
      {
        name: mode === 'dev' ? 'npm run dev --' : 'npm start --',
        summary:
          mode === 'dev'
            ? 'the dashboard with reload, and the lab unless KUBECONFIG is set'
            : 'the dashboard',
      },
      args,
    ),
  () => 0,
);

/**
 * `npm start` and `npm run dev`: the dashboard alone, or with the lab beside it (`--lab`, always in dev without a
 * KUBECONFIG). On another address than loopback's it asks for sign-in, and does not start where nobody could.
 */
import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import { isLoopback } from '@/lib/identity/connection';
import { openStore } from '@/lib/store/client';
import { countAdmins } from '@/lib/store/users';
import { Processes, UserError } from './demo/processes';

const [mode, ...args] = process.argv.slice(2);
const processes = new Processes();

async function main(): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      lab: { type: 'boolean' },
      'require-sign-in': { type: 'boolean' },
    },
  });
  const host = values.host ?? process.env.SCALETRACE_HOST ?? '127.0.0.1';
  const exposed = !isLoopback(host);
  const requireSignIn =
    exposed || values['require-sign-in'] === true || process.env.SCALETRACE_REQUIRE_SIGN_IN === '1';
  if (requireSignIn)
    await assertAdminExists(
      exposed ? `Scaletrace would be open to others on ${host}` : 'Sign-in is asked for',
    );
  const port = Number(values.port ?? process.env.SCALETRACE_PORT ?? 4300);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new UserError('--port takes a number from 1 to 65535.');
  const env: Record<string, string> = {
    SCALETRACE_REQUIRE_SIGN_IN: requireSignIn ? '1' : '0',
    SCALETRACE_ALLOWED_HOSTS: [process.env.SCALETRACE_ALLOWED_HOSTS ?? '', ...(exposed ? namesOf(host) : [])]
      .filter((name) => name !== '')
      .join(','),
  };
  if (values.lab || (mode === 'dev' && !process.env.KUBECONFIG)) {
    const portOf = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);
    const lab = await processes.startLab({
      gateway: portOf('SCALETRACE_GATEWAY_PORT', 4380),
      api: portOf('SCALETRACE_API_PORT', 4381),
      metrics: portOf('SCALETRACE_METRICS_PORT', 4382),
    });
    env.KUBECONFIG = lab.kubeconfig;
    console.log(`lab        ${lab.gatewayUrl} (KUBECONFIG=${lab.kubeconfig})`);
  }
  const url = await processes.startDashboard({ mode: mode === 'dev' ? 'dev' : 'start', host, port, env });
  console.log(`dashboard  ${url}`);
  await Promise.race([
    untilSignal(),
    processes.firstUnexpectedExit().then((words) => Promise.reject(new UserError(words))),
  ]);
}

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

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

main()
  .then(() => processes.stopAll().then(() => process.exit(0)))
  .catch(async (error: unknown) => {
    console.error(error instanceof UserError ? `✗ ${error.message}` : error);
    await processes.stopAll();
    process.exit(1);
  });

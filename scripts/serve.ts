/** `npm start` and `npm run dev`: the dashboard alone, or with the lab beside it (`--lab`, always in dev without a KUBECONFIG). */
import { parseArgs } from 'node:util';
import { Processes, UserError } from './demo/processes';

const [mode, ...args] = process.argv.slice(2);
const processes = new Processes();

async function main(): Promise<void> {
  const { values } = parseArgs({ args, options: { port: { type: 'string' }, host: { type: 'string' }, lab: { type: 'boolean' } } });
  const host = values.host ?? process.env.SCALETRACE_HOST ?? '127.0.0.1';
  if (!['127.0.0.1', 'localhost', '::1'].includes(host)) {
    throw new UserError(`Scaletrace has no sign-in yet, so it serves loopback only, not ${host}. Put an authenticating proxy before it, or use an SSH tunnel.`);
  }
  const port = Number(values.port ?? process.env.SCALETRACE_PORT ?? 4300);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new UserError('--port takes a number from 1 to 65535.');
  const env: Record<string, string> = {};
  if (values.lab || (mode === 'dev' && !process.env.KUBECONFIG)) {
    const portOf = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);
    const lab = await processes.startLab({ gateway: portOf('SCALETRACE_GATEWAY_PORT', 4380), api: portOf('SCALETRACE_API_PORT', 4381), metrics: portOf('SCALETRACE_METRICS_PORT', 4382) });
    env.KUBECONFIG = lab.kubeconfig;
    console.log(`lab        ${lab.gatewayUrl} (KUBECONFIG=${lab.kubeconfig})`);
  }
  const url = await processes.startDashboard({ mode: mode === 'dev' ? 'dev' : 'start', host, port, env });
  console.log(`dashboard  ${url}`);
  await Promise.race([untilSignal(), processes.firstUnexpectedExit().then((words) => Promise.reject(new UserError(words)))]);
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

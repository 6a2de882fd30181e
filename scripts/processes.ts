import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, isIPv6 } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { environmentWith, variable } from '@/lib/environment/environment';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { reportError, UserError } from '@/lib/environment/user-error';

const labReadySchema = z.looseObject({
  gatewayUrl: z.string(),
  gatewayTlsUrl: z.string(),
  apiUrl: z.string(),
  metricsUrl: z.string(),
  kubeconfig: z.string(),
  caFile: z.string(),
});
export type LabAddresses = z.infer<typeof labReadySchema>;

/** How long what is told to end may take before it is made to. */
const stopGraceMs = 1500;

/**
 * V8 leaves half a gigabyte of garbage before it first collects all of it, and then up to four times what is alive: with
 * these it begins at 64 MB and goes on by half. What a heap may hold at most is not touched (docs/decisions/readers.md).
 */
const heapFlags = ['--initial-old-space-size=64', '--heap-growing-percent=50'];

const watchParent = new URL('./watch-parent.mjs', import.meta.url).href;

/** The processes that this program has started; all end with it. */
export class Processes {
  private readonly children = new Set<ChildProcess>();
  private lab: ChildProcess | null = null;
  private stopping = false;

  /** Starts the lab and waits until it serves. Rejects with a UserError when it cannot. */
  async startLab(ports: {
    gateway: number;
    /** Any free one by default. */
    gatewayTls?: number;
    api: number;
    metrics: number;
  }): Promise<LabAddresses> {
    const child = this.spawn(
      [
        '--import',
        'tsx',
        'scripts/lab.ts',
        '--gateway-port',
        `${ports.gateway}`,
        '--gateway-tls-port',
        `${ports.gatewayTls ?? 0}`,
        '--api-port',
        `${ports.api}`,
        '--metrics-port',
        `${ports.metrics}`,
      ],
      {},
    );
    this.lab = child;
    return new Promise((resolve, reject) => {
      let errors = '';
      child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.once('exit', (code) =>
        reject(new UserError(errors.trim().replace(/^✗ /, '') || `The lab ended with code ${code}.`)),
      );
      createInterface({ input: child.stdout! }).on('line', (line) => {
        if (line.startsWith('lab ready '))
          resolve(labReadySchema.parse(JSON.parse(line.slice('lab ready '.length))));
      });
    });
  }

  /** Starts the dashboard and waits until it answers; the address is returned. */
  async startDashboard(options: {
    mode: 'start' | 'dev';
    host: string;
    port: number;
    env?: Record<string, string>;
  }): Promise<string> {
    await assertPortFree(options.host, options.port);
    const url = `http://${reachableName(options.host)}:${options.port}`;
    const server = join(projectRoot(), 'lib/server/main.mjs');
    const child = this.spawn([...heapFlags, server, options.mode, options.host, `${options.port}`], {
      NODE_ENV: options.mode === 'dev' ? 'development' : 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      // glibc gives each thread a heap of its own, of which little comes back: some 50 MB with ours.
      MALLOC_ARENA_MAX: '2',
      SCALETRACE_ROOT: projectRoot(),
      SCALETRACE_DIR: stateDirectory(),
      SCALETRACE_URL: url,
      ...options.env,
    });
    let unshown = '';
    const keep = (chunk: Buffer): void => {
      if (options.mode === 'dev' || variable('SCALETRACE_VERBOSE')) process.stdout.write(chunk);
      else unshown = (unshown + chunk.toString()).slice(-4000);
    };
    const why = (): string => (unshown.trim() ? `:\n${unshown}` : '.');
    child.stdout?.on('data', keep);
    child.stderr?.on('data', (chunk: Buffer) => {
      if (!this.stopping && options.mode === 'start') process.stderr.write(chunk);
      else keep(chunk);
    });
    for (let attempt = 0; attempt < 600; attempt++) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new UserError(`The dashboard ended at its start${why()}`);
      const response = await fetch(`${url}/api/status`).catch(() => null);
      if (response && response.status < 500) return url;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new UserError(`The dashboard did not answer within a minute${why()}`);
  }

  /** Ends all, first gently; resolves when none is left. */
  async stopAll(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.children].map((child) => stop(child)));
  }

  /** Resolves when a process ends that should go on. Where the lab does, the dashboard stays, with its history. */
  firstUnexpectedExit(): Promise<string> {
    const isAlone = this.children.size === 1;
    return new Promise((resolve) => {
      for (const child of this.children)
        child.once('exit', (code, signal) => {
          if (this.stopping) return;
          const how = code === null ? `was killed (${signal})` : `ended with code ${code}`;
          if (child === this.lab && !isAlone)
            console.error(
              `✗ The lab ${how}. The dashboard stays up with its history; \`npm run lab\` starts the lab again.`,
            );
          else {
            const args = child.spawnargs.slice(3).filter((arg) => !arg.startsWith('--'));
            resolve(`${args.slice(0, 3).join(' ')} ${how}`);
          }
        });
    });
  }

  private spawn(args: string[], env: Record<string, string>): ChildProcess {
    // A group of its own: Ctrl-C reaches this program only, which then ends them in order. When this program is gone in
    // any other way, their standard input ends, and so do they.
    const child = spawn(process.execPath, ['--import', watchParent, ...args], {
      cwd: projectRoot(),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      env: environmentWith(env),
    });
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return child;
  }
}

/**
 * Runs a program to its end or to a signal, whichever is first and however early; then ends what it started by `stop`
 * and exits. `interruptedCode` is asked for at the signal.
 */
export async function runProgram(
  stop: () => Promise<void>,
  main: () => Promise<number>,
  interruptedCode: () => number,
): Promise<never> {
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(interruptedCode()));
  });
  const code = await Promise.race([main().catch(reportError), interrupted]);
  await stop();
  process.exit(code);
}

/** A name by which this machine itself reaches a server bound to `host`. */
function reachableName(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
  await ended;
  clearTimeout(timer);
}

/** Throws a UserError that says what to do when the port is taken. */
async function assertPortFree(host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new UserError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} on ${host} is taken. If Scaletrace runs there already, open http://${host}:${port}; otherwise choose another port with --port or SCALETRACE_PORT.`
            : `Port ${port} on ${host} cannot be opened: ${error.message}`,
        ),
      );
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

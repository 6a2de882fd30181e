import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { variable } from '@/lib/environment/environment';
import { projectRoot } from '@/lib/environment/paths';
import { type KnativeService } from './knative-service';

const probeIntervalMs = 25;
const killAfterMs = 30_000;

/** One pod's process: really started, probed until ready, drained and ended. */
export class PodProcess {
  port = 0;
  private child: ChildProcess | null = null;
  private ended = false;

  constructor(
    private readonly service: KnativeService,
    private readonly startDelayMs: number,
    private readonly events: {
      onRunning(): void;
      onReady(): void;
      onExit(code: number | null, signal: string | null): void;
    },
  ) {}

  async start(): Promise<void> {
    this.port = await freePort();
    const container = this.service.spec.template.spec.containers[0]!;
    const [program, ...args] = container.command
      ? [...container.command, ...(container.args ?? [])]
      : [process.execPath, join(projectRoot(), 'lib/lab/pod.mjs')];
    const env = Object.fromEntries(container.env.map((variable) => [variable.name, variable.value]));
    const child = spawn(program!, args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: {
        PATH: variable('PATH'),
        HOME: variable('HOME'),
        ...env,
        PORT: `${this.port}`,
        START_DELAY_MS: `${this.startDelayMs}`,
      } as unknown as NodeJS.ProcessEnv,
    });
    this.child = child;
    child.stdin?.on('error', () => {});
    child.on('error', () => this.exit(127, null));
    child.on('exit', (code, signal) => this.exit(code, signal));
    child.on('spawn', () => {
      this.events.onRunning();
      void this.probe();
    });
  }

  /** SIGTERM, then SIGKILL if it does not end. */
  stop(): void {
    this.child?.kill('SIGTERM');
    setTimeout(() => this.child?.kill('SIGKILL'), killAfterMs).unref();
  }

  kill(): void {
    this.child?.kill('SIGKILL');
  }

  private exit(code: number | null, signal: string | null): void {
    if (this.ended) return;
    this.ended = true;
    this.events.onExit(code, signal);
  }

  private async probe(): Promise<void> {
    while (!this.ended) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/healthz`).catch(() => null);
      // A command of the user's may know no such path: any answer below 500 shows that it serves.
      if (answer && answer.status < 500) return this.ended ? undefined : this.events.onReady();
      await new Promise((resolve) => setTimeout(resolve, probeIntervalMs));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

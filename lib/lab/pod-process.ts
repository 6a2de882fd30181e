import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { variable } from '@/lib/environment/environment';
import { type KnativeService } from './knative-service';
import { programOf } from './samples';

const killAfterMs = 30_000;

/** A container's process: really started, drained and ended. */
export class PodProcess {
  private child: ChildProcess | null = null;
  private ended = false;

  constructor(
    private readonly service: KnativeService,
    readonly port: number,
    private readonly startDelayMs: number,
    private readonly events: {
      onRunning(): void;
      onExit(code: number | null, signal: NodeJS.Signals | null): void;
    },
  ) {}

  start(): void {
    const container = this.service.spec.template.spec.containers[0]!;
    const [program, ...args] = container.command
      ? [...container.command, ...(container.args ?? [])]
      : [process.execPath, programOf(container.image ?? '') ?? ''];
    const child = spawn(program!, args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: {
        ...containerEnvironment(this.service),
        PORT: `${this.port}`,
        START_DELAY_MS: `${this.startDelayMs}`,
      } as unknown as NodeJS.ProcessEnv,
    });
    this.child = child;
    child.stdin?.on('error', () => {});
    child.on('error', () => this.exit(127, null));
    child.on('exit', (code, signal) => this.exit(code, signal));
    child.on('spawn', () => this.events.onRunning());
  }

  /** Of the process, once it runs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** SIGTERM, then SIGKILL if it does not end. */
  stop(): void {
    this.child?.kill('SIGTERM');
    setTimeout(() => this.child?.kill('SIGKILL'), killAfterMs).unref();
  }

  kill(): void {
    this.child?.kill('SIGKILL');
  }

  private exit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.ended) return;
    this.ended = true;
    this.events.onExit(code, signal);
  }
}

/** What a container's processes see of the environment. */
export function containerEnvironment(service: KnativeService): Record<string, string | undefined> {
  const container = service.spec.template.spec.containers[0]!;
  return {
    PATH: variable('PATH'),
    HOME: variable('HOME'),
    ...Object.fromEntries(container.env.map((entry) => [entry.name, entry.value])),
  };
}

/** A port of loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

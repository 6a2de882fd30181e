import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { z } from 'zod';
import { checkHealth } from './grpc-health';
import { type KnativeService } from './knative-service';

const count = z.number().int().optional();
/** A probe as a container has it. */
export const probeSchema = z.strictObject({
  initialDelaySeconds: count,
  periodSeconds: count,
  timeoutSeconds: count,
  successThreshold: count,
  failureThreshold: count,
  httpGet: z
    .strictObject({
      path: z.string().optional(),
      port: z.union([z.number(), z.string()]).optional(),
      host: z.string().optional(),
      scheme: z.string().optional(),
      httpHeaders: z.array(z.strictObject({ name: z.string(), value: z.string().default('') })).optional(),
    })
    .optional(),
  tcpSocket: z
    .strictObject({ port: z.union([z.number(), z.string()]).optional(), host: z.string().optional() })
    .optional(),
  exec: z.strictObject({ command: z.array(z.string()).min(1) }).optional(),
  grpc: z.strictObject({ port: z.number().optional(), service: z.string().optional() }).optional(),
});
export type Probe = z.infer<typeof probeSchema>;

/** With no period of its own, the queue-proxy asks the container this often (Knative's `readiness` package). */
const aggressiveMs = 50;

/** A service's probes with Knative's defaults: readiness without any is a TCP connection to the container's port. */
export function probesOf(service: KnativeService): {
  readiness: Probe;
  liveness: Probe | undefined;
  startup: Probe | undefined;
} {
  const { readinessProbe, livenessProbe, startupProbe } = service.spec.template.spec.containers[0]!;
  const given = readinessProbe ?? {};
  const handled =
    given.httpGet || given.tcpSocket || given.exec || given.grpc ? given : { ...given, tcpSocket: {} };
  const readiness = {
    ...handled,
    successThreshold: given.successThreshold || 1,
    ...(given.periodSeconds
      ? { failureThreshold: given.failureThreshold || 3, timeoutSeconds: given.timeoutSeconds || 1 }
      : {}),
  };
  return { readiness, liveness: livenessProbe, startup: startupProbe };
}

/** A probe as the kubelet carries it out: with Kubernetes' defaults. */
export function kubeletReadiness(probe: Probe): Probe {
  return {
    ...probe,
    periodSeconds: probe.periodSeconds || 10,
    timeoutSeconds: probe.timeoutSeconds || 1,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
}

/** Where a container is probed. */
export interface Probed {
  port: number;
  environment: Record<string, string | undefined>;
}

/** Asks once. Null: it passed; otherwise what the kubelet says of it. */
export async function probeOnce(probe: Probe, { port, environment }: Probed): Promise<string | null> {
  const timeoutMs = (probe.timeoutSeconds || 1) * 1000;
  if (probe.exec) return await runCommand(probe.exec.command, environment, timeoutMs);
  if (probe.grpc) return await checkHealth(probe.grpc.service ?? '', port, timeoutMs);
  if (probe.httpGet) return await getPath(probe.httpGet, port, timeoutMs);
  return await connectTo(port, timeoutMs);
}

async function getPath(
  { path = '/', httpHeaders = [] }: NonNullable<Probe['httpGet']>,
  port: number,
  timeoutMs: number,
): Promise<string | null> {
  const url = new URL(path, `http://127.0.0.1:${port}`);
  try {
    const answer = await fetch(url, {
      headers: [...httpHeaders.map(({ name, value }): [string, string] => [name, value])],
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    return answer.status >= 200 && answer.status < 400
      ? null
      : `HTTP probe failed with statuscode: ${answer.status}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError'
      ? timedOut(url.href)
      : `Get "${url.href}": ${whyNoAnswer(error, url.host)}`;
  }
}

/** In Go's words; a container that speaks HTTP/2 only answers a probe, which is HTTP/1.1 by Knative's default, with what is none. */
function whyNoAnswer(error: unknown, host: string): string {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code.startsWith('HPE_'))
    return 'net/http: HTTP/1.x transport connection broken: malformed HTTP response';
  if (code === 'ECONNREFUSED' || code === '') return `dial tcp ${host}: connect: connection refused`;
  return code === 'ECONNRESET' ? `read tcp ${host}: read: connection reset by peer` : 'EOF';
}

/** What the kubelet says of a probe that got no answer in time. */
export function timedOut(url: string): string {
  return `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
}

function connectTo(port: number, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: timeoutMs });
    const end = (words: string | null) => (): void => {
      socket.destroy();
      resolve(words);
    };
    socket
      .once('connect', end(null))
      .once('timeout', end(`dial tcp 127.0.0.1:${port}: i/o timeout`))
      .once('error', end(`dial tcp 127.0.0.1:${port}: connect: connection refused`));
  });
}

function runCommand(
  [program, ...args]: readonly string[],
  environment: Probed['environment'],
  timeoutMs: number,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program!, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment as unknown as NodeJS.ProcessEnv,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const keep = (chunk: Buffer): void => void (output = (output + String(chunk)).slice(0, 1000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) =>
      resolve(
        signal
          ? `command timed out: "${program}" timed out after ${timeoutMs / 1000}s`
          : code === 0
            ? null
            : output,
      ),
    );
  });
}

/** When a probe that repeats asks: with the kubelet's period, or as often as the queue-proxy does. */
export function periodMs(probe: Probe): number {
  return probe.periodSeconds ? probe.periodSeconds * 1000 : aggressiveMs;
}

/** The first time that it asks after the container's start: the kubelet's first beat that is not too early. */
export function firstAfterMs(probe: Probe): number {
  const delayMs = (probe.initialDelaySeconds ?? 0) * 1000;
  return probe.periodSeconds ? Math.ceil(delayMs / periodMs(probe)) * periodMs(probe) : delayMs;
}

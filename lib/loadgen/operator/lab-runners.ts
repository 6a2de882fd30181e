import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { variable } from '@/lib/environment/environment';
import { requireCage } from '@/lib/loadgen/cage/find-cage';
import { folderSeen, guardStart, peersOf, relayAddresses } from '@/lib/loadgen/cage/plan';
import { guardMessageSchema, spawnGuard } from '@/lib/loadgen/cage/run-guarded';
import { inspectScript } from '@/lib/loadgen/inspect';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { configFileName, isReservedVariable, metricsOutput } from '@/lib/loadgen/k6-environment';
import { messageOfError } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { configFile, pushUrlVariable, scriptFolder, settingsFolder } from './test-run';

/** A container of the lab's, and its k6, as the lab has them (lib/lab/runner-program.ts). */
interface Container {
  pod: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  files: readonly { path: string; content: Uint8Array }[];
}
interface Process {
  ask(method: string, path: string, body: string): Promise<{ status: number; body: string }>;
  end(how: 'SIGTERM' | 'SIGKILL'): void;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

const configSchema = z.looseObject({
  hosts: z.record(z.string(), z.string()).optional(),
  collectors: z.record(z.string(), z.looseObject({ bearerToken: z.string() })).optional(),
});
const patchSchema = z.object({
  data: z.object({
    attributes: z.object({ paused: z.boolean().optional(), stopped: z.boolean().optional() }),
  }),
});

/** k6 for the runners of the lab's k6-operator: caged and guarded as that of a run of this machine. */
export function labRunners(stateDir: string): {
  inspect(container: Container): Promise<{ code: number; log: string }>;
  start(container: Container, onLog: (text: string) => void): Promise<Process>;
} {
  const uncagedAllowed = variable('SCALETRACE_ALLOW_UNCAGED');
  return {
    async inspect({ files, env }) {
      const [entry, ...others] = files
        .filter(({ path }) => path.startsWith(`${scriptFolder}/`))
        .map(({ path, content }) => ({ path: path.slice(scriptFolder.length + 1), content }));
      if (!entry) return { code: 1, log: 'LocalFile not found exiting...\n' };
      try {
        const { path: k6Path } = await findK6({ stateDir });
        const options = await inspectScript({
          k6Path,
          scriptName: entry.path,
          scriptText: Buffer.from(entry.content).toString(),
          entry: entry.path,
          files: others,
          env: scriptVariables(env),
          uncagedAllowed,
        });
        return { code: 0, log: `${JSON.stringify(options, null, 2)}\n` };
      } catch (error) {
        const text = error instanceof Problem ? JSON.stringify(messageOfError(error)) : String(error);
        return { code: 1, log: `${text}\n` };
      }
    },
    start: (container, onLog) => startRunner(stateDir, container, uncagedAllowed, onLog),
  };
}

/**
 * One runner. Its HTTP API is spoken by us: in its cage k6 may not listen. Until it is told to go on, it is not started;
 * to those who ask it is paused.
 */
async function startRunner(
  stateDir: string,
  { pod, args, env, files }: Container,
  uncagedAllowed: boolean,
  onLog: (text: string) => void,
): Promise<Process> {
  const { path: k6Path } = await findK6({ stateDir });
  const cage = await requireCage(k6Path, uncagedAllowed);
  const folder = join(stateDir, 'lab', 'runners', pod);
  const made = join(folder, 'files');
  await mkdir(made, { recursive: true, mode: 0o700 });
  for (const { path, content } of files) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await writeFile(place, content, { mode: 0o600 });
  }
  const seen = (path: string): string => join(folderSeen(cage, folder), path);
  const told = files.find(({ path }) => path === `${settingsFolder}/${configFile}`);
  const { collectors, ...config } = configSchema.parse(
    told ? JSON.parse(Buffer.from(told.content).toString()) : {},
  );
  await rm(join(folder, settingsFolder, configFile), { force: true });
  const target = env.TARGET_URL ?? '';
  const addresses = config.hosts ? Object.values(config.hosts) : [new URL(target).hostname];
  const secret = collectors?.[metricsOutput.output]?.bearerToken;
  const start = await guardStart({
    cage,
    k6Path,
    args: args
      .filter((arg) => arg !== '--paused' && !arg.startsWith('--address='))
      .map((arg) =>
        arg.startsWith('--config=')
          ? `--config=${seen(configFileName)}`
          : arg.startsWith(`${scriptFolder}/`)
            ? seen(arg)
            : arg,
      )
      .concat('--address='),
    folder,
    writable: [made],
    env: scriptVariables(env),
    peers: peersOf(target, addresses, []),
    config,
    ownEnv: env.SSL_CERT_DIR ? { SSL_CERT_DIR: seen(env.SSL_CERT_DIR) } : {},
    relay: secret
      ? {
          addresses: relayAddresses(addresses),
          url: env[pushUrlVariable] ?? '',
          secret,
          ...metricsOutput,
        }
      : null,
  });

  let guard: ReturnType<typeof spawnGuard> | null = null;
  let isStopped = false;
  let settle: (end: { code: number | null; signal: string | null }) => void = () => {};
  const ended = new Promise<{ code: number | null; signal: string | null }>((done) => (settle = done)).then(
    async (end) => {
      await rm(folder, { recursive: true, force: true });
      return end;
    },
  );
  /** A guard takes nothing for a k6 that it has not started yet. */
  let isUp = false;
  let asked: 'stop' | 'kill' | null = null;
  const send = (word: 'stop' | 'kill'): void => {
    asked = word;
    if (isUp && guard?.connected) guard.send(word, () => {});
  };
  const begin = (): void => {
    if (guard) return;
    guard = spawnGuard(made);
    let end: { code: number | null; signal: string | null } = { code: null, signal: 'SIGKILL' };
    for (const stream of [guard.stdout, guard.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => onLog(text));
    guard.on('message', (raw) => {
      const message = guardMessageSchema.parse(raw);
      if ('pid' in message) {
        isUp = true;
        if (asked) send(asked);
      }
      if ('error' in message) onLog(`${message.error}\n`);
      if ('code' in message) end = message;
    });
    guard.on('close', () => settle(end));
    guard.send(start, () => {});
  };
  return {
    ended,
    end(how) {
      if (!guard) settle({ code: null, signal: how });
      else send(how === 'SIGKILL' ? 'kill' : 'stop');
    },
    ask(method, path, body) {
      if (path !== '/v1/status') return Promise.resolve({ status: 404, body: 'Not Found' });
      const patch = method === 'PATCH' ? patchSchema.safeParse(JSON.parse(body)) : null;
      if (patch?.success === false) return Promise.resolve({ status: 400, body: 'Invalid data' });
      const { paused, stopped } = patch?.data.data.attributes ?? {};
      if (paused === false) begin();
      if (stopped) {
        isStopped = true;
        if (guard) send('stop');
        else settle({ code: 103, signal: null });
      }
      const attributes = {
        status: guard ? 7 : 4,
        paused: guard === null,
        running: guard !== null,
        stopped: isStopped,
        vus: 0,
        'vus-max': 0,
        tainted: false,
      };
      return Promise.resolve({
        status: 200,
        body: JSON.stringify({ data: { type: 'status', id: 'default', attributes } }),
      });
    },
  };
}

/** The script's own, and none that k6 or Go acts on. */
function scriptVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isReservedVariable(name)));
}

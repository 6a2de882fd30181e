import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { variable } from '@/lib/environment/environment';
import { requireCage } from '@/lib/loadgen/cage/find-cage';
import { folderSeen, guardStart, peersOf, relayAddresses } from '@/lib/loadgen/cage/plan';
import { guardMessageSchema, spawnGuard } from '@/lib/loadgen/cage/run-guarded';
import { inspectScript } from '@/lib/loadgen/inspect';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { freeAddress } from '@/lib/loadgen/local-runners';
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

/** One runner, really paused: its k6 listens where the lab alone asks it. */
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
  // The guard holds the secret, as that of a run of this machine does.
  await rm(join(folder, settingsFolder, configFile), { force: true });
  const target = env.TARGET_URL ?? '';
  const addresses = config.hosts ? Object.values(config.hosts) : [new URL(target).hostname];
  const relays = relayAddresses(addresses);
  const apiAddress = await freeAddress(relays[0] ?? '127.0.0.1');
  const secret = collectors?.[metricsOutput.output]?.bearerToken;
  const start = await guardStart({
    cage,
    k6Path,
    args: args.map((arg) => {
      if (arg.startsWith('--config=')) return `--config=${seen(configFileName)}`;
      if (arg.startsWith('--address=')) return `--address=${apiAddress}`;
      return arg.startsWith(`${scriptFolder}/`) ? seen(arg) : arg;
    }),
    folder,
    writable: [made],
    env: scriptVariables(env),
    peers: peersOf(target, addresses, []),
    listens: true,
    config,
    ownEnv: env.SSL_CERT_DIR ? { SSL_CERT_DIR: seen(env.SSL_CERT_DIR) } : {},
    relay: secret ? { addresses: relays, url: env[pushUrlVariable] ?? '', secret, ...metricsOutput } : null,
  });

  const guard = spawnGuard(made);
  let end: { code: number | null; signal: string | null } = { code: null, signal: 'SIGKILL' };
  // Whole lines, as a container's runtime keeps them: both streams are one log.
  const read = [guard.stdout, guard.stderr].map((stream) => {
    const lines = createInterface({ input: stream! });
    lines.on('line', (line) => onLog(`${line}\n`));
    return once(lines, 'close');
  });
  const send = (word: 'stop' | 'kill'): void => {
    if (guard.connected) guard.send(word, () => {});
  };
  const ended = new Promise<typeof end>((settle) => guard.on('close', () => settle(end))).then(
    async (how) => {
      await Promise.all(read);
      await rm(folder, { recursive: true, force: true });
      return how;
    },
  );
  await new Promise<void>((resolve, reject) => {
    guard.on('error', reject);
    guard.on('close', () => reject(new Problem('problems.k6-guard-ended', {})));
    guard.on('message', (raw) => {
      const message = guardMessageSchema.parse(raw);
      if ('pid' in message) resolve();
      if ('error' in message) reject(new Problem('problems.k6-not-started', { cause: message.error }));
      if ('code' in message) end = message;
    });
    guard.send(start, () => {});
  });
  return {
    ended,
    end: (how) => send(how === 'SIGKILL' ? 'kill' : 'stop'),
    async ask(method, path, body) {
      const answer = await fetch(`http://${apiAddress}${path}`, {
        method,
        ...(body === '' ? {} : { body }),
      });
      return { status: answer.status, body: await answer.text() };
    },
  };
}

/** The script's own, and none that k6 or Go acts on. */
function scriptVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isReservedVariable(name)));
}

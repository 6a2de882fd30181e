import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type KubeConfig, type User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z } from 'zod';
import { environmentWith } from '@/lib/environment/environment';
import { ClusterError } from './client';
import { type Patience, patienceOf } from './patience';

const execSchema = z.looseObject({
  apiVersion: z.string().default('client.authentication.k8s.io/v1'),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
});
type Exec = z.infer<typeof execSchema> & { folder: string };
const usersSchema = z.looseObject({
  users: z
    .array(
      z
        .looseObject({
          name: z.string(),
          user: z.looseObject({ tokenFile: z.string().nullish(), exec: z.unknown().optional() }),
        })
        .nullable()
        .catch(null),
    )
    .nullish(),
});

/** A user's credentials that the client library does not read, or not as kubectl does. */
export type Credentials = { kind: 'file'; path: string } | { kind: 'exec'; exec: Exec };

/** A plugin that wants to be typed to, or hangs, must not hold anything up. */
const pluginTimeoutMs = 20_000;
/** Where a plugin does not say how long what it gave is good. */
const usualLifeMs = 60_000;

/**
 * The users of a kubeconfig file whose token lies in a file (`tokenFile`, read anew for each request since it is
 * replaced as tokens run out) or comes from a program (`exec`). What the library itself would do for them is taken away.
 */
export function readCredentials(
  file: string,
  users: User[],
): { users: User[]; credentials: Map<User, Credentials> } {
  const folder = dirname(resolve(file));
  const stated = usersSchema.safeParse(parse(readFileSync(file, 'utf8'))).data?.users ?? [];
  const credentials = new Map<User, Credentials>();
  const own = users.map((user) => {
    const { tokenFile, exec } = stated.find((one) => one?.name === user.name)?.user ?? {};
    const program = execSchema.safeParse(exec).data;
    if (!tokenFile && !program) return user;
    const changed: User = { ...user, exec: undefined, ...(tokenFile ? { token: undefined } : {}) };
    credentials.set(
      changed,
      tokenFile
        ? { kind: 'file', path: resolve(folder, tokenFile) }
        : { kind: 'exec', exec: { ...program!, folder } },
    );
    return changed;
  });
  return { users: own, credentials };
}

/** Has a configuration's requests carry these credentials. */
export function carryCredentials(config: KubeConfig, credentials: ReadonlyMap<User, Credentials>): void {
  config.addAuthenticator({
    isAuthProvider: (user) => credentials.has(user),
    applyAuthentication: async (user, options) => {
      const own = credentials.get(user)!;
      const {
        token,
        clientCertificateData: cert,
        clientKeyData: key,
      } = own.kind === 'file' ? tokenOf(own.path) : await ask(own.exec, config, patienceOf(options));
      if (cert && key) Object.assign(options, { cert, key });
      if (token) options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
    },
  });
}

const statusSchema = z.looseObject({
  token: z.string().nullish(),
  clientCertificateData: z.string().nullish(),
  clientKeyData: z.string().nullish(),
  expirationTimestamp: z.string().nullish(),
});
type Given = z.infer<typeof statusSchema>;

function tokenOf(path: string): Given {
  try {
    return { token: readFileSync(path, 'utf8').trim() };
  } catch (error) {
    throw new ClusterError('problems.token-unreadable', { file: path, cause: (error as Error).message });
  }
}

interface Asked {
  untilMs: number;
  credential: Promise<Given>;
  /** Questions that wait for it. */
  waiting: number;
  stop: AbortController;
}
/** What plugins gave, until it runs out: one that opens a browser is not asked for each request. */
const given = new Map<string, Asked>();

async function ask(
  exec: Exec,
  config: KubeConfig,
  { ms, signal }: Patience = { ms: pluginTimeoutMs },
): Promise<Given> {
  // What it gives may be for the one cluster that it was told of.
  const key = JSON.stringify([exec, exec.provideClusterInfo ? config.getCurrentCluster()?.server : null]);
  const known = given.get(key);
  const entry = known && Date.now() < known.untilMs ? known : begin(key, exec, config);
  entry.waiting++;
  try {
    return await patiently(entry.credential, exec, { ms, signal });
  } finally {
    // One that is slow is let go on, as it is asked for again; one that nobody asks for any more is not.
    if (--entry.waiting === 0 && signal?.aborted) {
      entry.stop.abort();
      forget(key, entry);
    }
  }
}

function begin(key: string, exec: Exec, config: KubeConfig): Asked {
  const stop = new AbortController();
  const entry: Asked = {
    untilMs: Date.now() + pluginTimeoutMs * 2,
    credential: run(exec, config, stop.signal),
    waiting: 0,
    stop,
  };
  given.set(key, entry);
  entry.credential.then(
    ({ expirationTimestamp }) => {
      entry.untilMs = expirationTimestamp ? Date.parse(expirationTimestamp) : Date.now() + usualLifeMs;
    },
    () => forget(key, entry),
  );
  return entry;
}

function forget(key: string, entry: Asked): void {
  if (given.get(key) === entry) given.delete(key);
}

/** Throws a ClusterError after `ms`, and what the signal was aborted with at once. */
async function patiently<T>(answer: Promise<T>, exec: Exec, { ms, signal }: Patience): Promise<T> {
  signal?.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let leave: (() => void) | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silent(exec, ms)), ms);
    leave = () => reject(signal?.reason as Error);
    signal?.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([answer, tooLong]);
  } finally {
    clearTimeout(timer);
    if (leave) signal?.removeEventListener('abort', leave);
  }
}

function silent({ command }: Exec, ms: number): ClusterError {
  return new ClusterError('problems.plugin-silent', { command, seconds: ms / 1000 });
}

/** Runs a plugin as kubectl does where nobody can be asked (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). */
function run(exec: Exec, config: KubeConfig, signal: AbortSignal): Promise<Given> {
  const { apiVersion, args, env, installHint, folder } = exec;
  const cluster = config.getCurrentCluster();
  const info = {
    apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo && cluster
        ? {
            cluster: {
              server: cluster.server,
              'tls-server-name': cluster.tlsServerName,
              'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
              'certificate-authority-data':
                cluster.caData ?? (cluster.caFile ? readFileSync(cluster.caFile, 'base64') : undefined),
            },
          }
        : {}),
    },
  };
  // A path is meant from the kubeconfig's folder, a bare name from PATH.
  const command = /[\\/]/.test(exec.command) ? resolve(folder, exec.command) : exec.command;
  return new Promise((settle, reject) => {
    const child = execFile(
      command,
      args ?? [],
      {
        timeout: pluginTimeoutMs,
        signal,
        maxBuffer: 2 ** 20,
        env: environmentWith({
          ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
          KUBERNETES_EXEC_INFO: JSON.stringify(info),
        }),
      },
      (error, stdout, stderr) => {
        const fail = (cause: string): void =>
          reject(new ClusterError('problems.plugin-failed', { command: exec.command, cause }));
        if (error?.code === 'ENOENT')
          return reject(
            installHint
              ? new ClusterError('problems.plugin-missing-hint', {
                  command: exec.command,
                  hint: installHint.trim(),
                })
              : new ClusterError('problems.plugin-missing', { command: exec.command }),
          );
        if (signal.aborted) return reject(signal.reason as Error);
        if (error?.killed) return reject(silent(exec, pluginTimeoutMs));
        if (error) return fail(lastLines(stderr) || `exit ${error.code ?? error.signal}`);
        const credential = z.looseObject({ status: statusSchema }).safeParse(parseJson(stdout));
        if (!credential.success) return fail('no ExecCredential with a status');
        settle(credential.data.status);
      },
    );
    child.stdin?.end();
  });
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(-500);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { createSign, randomUUID } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { request as httpsRequest, Agent } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { Authority } from './certificates';
import { partPath, type PartName } from './parts.mjs';

/** An object of the API server, as far as all have the same. */
const objectSchema = z.looseObject({
  metadata: z
    .looseObject({
      name: z.string().optional(),
      uid: z.string().optional(),
      resourceVersion: z.string().optional(),
    })
    .optional(),
});
export type KubeObject = z.infer<typeof objectSchema>;

/** True when all these parts are on this machine; tests that need one that is not are skipped. */
export function haveParts(...names: PartName[]): boolean {
  return names.every((name) => partPath(stateDirectory(), name) !== null);
}

function part(name: PartName): string {
  const path = partPath(stateDirectory(), name);
  if (path === null) throw new Error(`${name} is missing: npm run conformance gets it.`);
  return path;
}

/** A port that was free a moment ago: real servers tell no port of their own choice. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A real etcd and a real kube-apiserver on loopback, which end with `close`. No controller runs: objects stay as made. */
export class ControlPlane {
  readonly folder = mkdtempSync(join(tmpdir(), 'scaletrace-conformance-'));
  readonly authority = new Authority(this.folder, part('openssl'));
  private readonly signing = this.authority.keyPair('service-accounts');
  private readonly admin = this.authority.sign('admin', '/O=system:masters/CN=admin');
  private readonly serving = this.authority.sign('server', '/CN=kube-apiserver', [
    'DNS:localhost',
    'IP:127.0.0.1',
  ]);
  private readonly agent = new Agent({
    keepAlive: true,
    maxSockets: 32,
    ca: readFileSync(this.authority.certificate),
    cert: readFileSync(this.admin.certificate),
    key: readFileSync(this.admin.key),
  });
  private readonly processes = new Map<'etcd' | 'api', ChildProcess>();
  private etcdPort = 0;
  port = 0;

  static async start(): Promise<ControlPlane> {
    const plane = new ControlPlane();
    try {
      plane.etcdPort = await freePort();
      plane.port = await freePort();
      await plane.startEtcd();
      await plane.startApiServer();
    } catch (error) {
      await plane.close();
      throw error;
    }
    return plane;
  }

  private async startEtcd(): Promise<void> {
    const url = `http://127.0.0.1:${this.etcdPort}`;
    const peers = `http://127.0.0.1:${await freePort()}`;
    this.run('etcd', part('etcd'), [
      ...['--data-dir', join(this.folder, 'etcd'), '--unsafe-no-fsync', '--logger=zap'],
      ...['--listen-client-urls', url, '--advertise-client-urls', url],
      ...[
        '--listen-peer-urls',
        peers,
        '--initial-advertise-peer-urls',
        peers,
        '--initial-cluster',
        `default=${peers}`,
      ],
    ]);
    await this.until('etcd', async () => (await fetch(`${url}/health`)).ok);
  }

  async startApiServer(): Promise<void> {
    this.run('api', part('kube-apiserver'), [
      `--etcd-servers=http://127.0.0.1:${this.etcdPort}`,
      // Compacted when a test says so.
      '--etcd-compaction-interval=0',
      ...['--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${this.port}`],
      '--endpoint-reconciler-type=none',
      `--tls-cert-file=${this.serving.certificate}`,
      `--tls-private-key-file=${this.serving.key}`,
      `--client-ca-file=${this.authority.certificate}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${this.signing.publicKey}`,
      `--service-account-signing-key-file=${this.signing.privateKey}`,
      '--authorization-mode=RBAC',
      // Nobody makes the token secrets that it waits for.
      '--disable-admission-plugins=ServiceAccount',
      '--service-cluster-ip-range=10.96.0.0/24',
      '--shutdown-delay-duration=0s',
    ]);
    await this.until('api', async () => (await this.send('GET', '/readyz')).status === 200);
    await this.until(
      'api',
      async () => (await this.send('GET', '/api/v1/namespaces/default')).status === 200,
    );
  }

  /** Stops the API server for good, until it is started again. */
  async stopApiServer(): Promise<void> {
    await end(this.processes.get('api'));
  }

  /** The process of the API server; it is there once started. */
  get apiPid(): number {
    return this.processes.get('api')!.pid!;
  }

  /** Freezes the API server: connections stay, nothing is answered. */
  freeze(): void {
    this.processes.get('api')?.kill('SIGSTOP');
  }

  thaw(): void {
    this.processes.get('api')?.kill('SIGCONT');
  }

  /** Makes etcd forget all versions before now, as API servers make it every five minutes. */
  async compact(): Promise<void> {
    const post = async (path: string, body: object): Promise<unknown> =>
      (
        await fetch(`http://127.0.0.1:${this.etcdPort}/v3/kv/${path}`, {
          method: 'POST',
          body: JSON.stringify(body),
        })
      ).json();
    const { header } = z
      .object({ header: z.looseObject({ revision: z.string() }) })
      .parse(await post('range', { key: 'AA==' }));
    await post('compaction', { revision: header.revision, physical: true });
  }

  /** A configuration for this server, or for a proxy before it: as admin, or with a token. */
  config(as: { token?: string; port?: number; authority?: string; namespace?: string } = {}): KubeConfig {
    const config = new KubeConfig();
    const user =
      as.token === undefined
        ? { certFile: this.admin.certificate, keyFile: this.admin.key }
        : { token: as.token };
    config.loadFromOptions({
      clusters: [
        {
          name: 'real',
          server: `https://127.0.0.1:${as.port ?? this.port}`,
          caFile: as.authority ?? this.authority.certificate,
          skipTLSVerify: false,
        },
      ],
      users: [{ name: 'user', ...user }],
      contexts: [{ name: 'real', cluster: 'real', user: 'user', namespace: as.namespace ?? 'default' }],
      currentContext: 'real',
    });
    return config;
  }

  /** What the API server answers the admin. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<{ status: number; body: unknown }> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = httpsRequest(`https://127.0.0.1:${this.port}${path}`, {
        method,
        agent: this.agent,
        timeout: 20_000,
        headers:
          text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) },
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${path} was not answered`)));
      request.on('error', reject);
      request.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (bytes: Buffer) => parts.push(bytes));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(parts).toString();
          resolve({
            status: response.statusCode ?? 0,
            body: answer.startsWith('{') ? JSON.parse(answer) : answer,
          });
        });
      });
      request.end(text);
    });
  }

  /** As the admin; throws what the API server says where it refuses. */
  async do(method: string, path: string, body?: unknown, type?: string): Promise<KubeObject> {
    const answer = await this.send(method, path, body, type);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return objectSchema.parse(answer.body);
  }

  /** Changes an object, or its status, by a merge patch. */
  async change(path: string, patch: object): Promise<KubeObject> {
    return this.do('PATCH', path, patch, 'application/merge-patch+json');
  }

  /** Installs custom resources out of a folder's YAML files, and waits until they are served. */
  async install(folder: string): Promise<void> {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const names: string[] = [];
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
      for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
        const { data } = z
          .looseObject({
            kind: z.literal('CustomResourceDefinition'),
            metadata: z.looseObject({ name: z.string() }),
          })
          .safeParse(document.toJS());
        if (data === undefined) continue;
        await this.do('POST', path, data);
        names.push(data.metadata.name);
      }
    }
    const established = z.looseObject({
      status: z.looseObject({ conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })) }),
    });
    await this.until('api', async () => {
      const all = await Promise.all(
        names.map(async (name) => established.safeParse(await this.do('GET', `${path}/${name}`)).data),
      );
      return all.every((one) =>
        one?.status.conditions.some(({ type, status }) => type === 'Established' && status === 'True'),
      );
    });
  }

  /** A service account with these rules: in its own namespace, or in all. */
  async account(
    name: string,
    rules: readonly Rule[],
    { namespace = 'default', everywhere = false } = {},
  ): Promise<void> {
    const { uid } =
      (await this.do('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } }))
        .metadata ?? {};
    this.accounts.set(name, { namespace, uid: uid ?? '' });
    await this.allow(name, rules, { everywhere });
  }
  /** Takes an account that is there as one that tokens can be made for. */
  async adopt(name: string, namespace: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
    this.accounts.set(name, { namespace, uid: (await this.do('GET', path)).metadata?.uid ?? '' });
  }

  private readonly accounts = new Map<string, { namespace: string; uid: string }>();

  /** What an account may do from now on, and nothing else. */
  async allow(name: string, rules: readonly Rule[], { everywhere = false } = {}): Promise<void> {
    const { namespace } = this.accounts.get(name) ?? {};
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const [base, kind] = everywhere ? [rbac, 'ClusterRole'] : [`${rbac}/namespaces/${namespace}`, 'Role'];
    const folder = `${base}/${kind.toLowerCase()}`;
    if ((await this.send('PUT', `${folder}s/${name}`, { metadata: { name }, rules })).status === 200) return;
    await this.send('POST', `${folder}s`, { metadata: { name }, rules });
    await this.do('POST', `${folder}bindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }

  /** A token of an account that lives so long, signed with the cluster's own key: the API itself gives none under ten minutes. */
  token(name: string, seconds = 3600): string {
    const { namespace, uid } = this.accounts.get(name) ?? {};
    const now = Math.floor(Date.now() / 1000);
    const issuer = 'https://kubernetes.default.svc';
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({
      iss: issuer,
      aud: [issuer],
      iat: now,
      nbf: now,
      exp: now + seconds,
      jti: randomUUID(),
      sub: `system:serviceaccount:${namespace}:${name}`,
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
    })}`;
    const signature = createSign('RSA-SHA256').update(claims).sign(readFileSync(this.signing.privateKey));
    return `${claims}.${signature.toString('base64url')}`;
  }

  async close(): Promise<void> {
    this.thaw();
    this.agent.destroy();
    await Promise.all([...this.processes.values()].map(end));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(name: 'etcd' | 'api', program: string, args: string[]): void {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    this.processes.set(name, spawn(program, args, { cwd: projectRoot(), stdio: ['ignore', log, log] }));
    closeSync(log);
  }

  private async until(name: 'etcd' | 'api', test: () => Promise<unknown>): Promise<void> {
    const until = Date.now() + 90_000;
    while (!(await test().catch(() => false))) {
      const ended = this.processes.get(name)?.exitCode;
      if (Date.now() > until || typeof ended === 'number')
        throw new Error(
          `${name} does not serve: ${readFileSync(join(this.folder, `${name}.log`), 'utf8').slice(-2000)}`,
        );
      await pause(100);
    }
  }
}

export interface Rule {
  apiGroups: readonly string[];
  resources: readonly string[];
  verbs: readonly string[];
  resourceNames?: readonly string[];
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  child.kill();
  await ended;
  clearTimeout(timer);
}

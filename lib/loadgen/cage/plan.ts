import { open, realpath } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { variable } from '@/lib/environment/environment';
import { configFileName, k6Config, k6Environment } from '@/lib/loadgen/k6-environment';
import { type Cage, type CageKind, type FoundCage, type GuardStart, type Peer } from './shape';
import { unusedUser } from './other-user';
import { Problem } from '@/lib/model/problem';

const dnsPort = 53;

/** What TLS and DNS need, by Go's crypto/x509 (root_linux.go) and net (dnsconfig_unix.go, conf.go); nothing in them is secret. */
const networkFiles = [
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/nsswitch.conf',
  '/etc/ssl/certs',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/certs',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted',
  '/etc/ca-certificates',
  '/usr/share/ca-certificates',
  '/usr/local/share/ca-certificates',
  '/usr/share/zoneinfo',
  '/etc/localtime',
];
const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/etc/ld.so.cache'];

/**
 * What a guard is told to start k6 in its cage: it reads its folder and writes `writable` (the first is where it runs),
 * executes only itself, and connects only to `peers` and to where its metrics go; with none of these it has no network.
 * Rejects when k6 is not there.
 */
export async function guardStart(input: {
  cage: Pick<FoundCage, 'kind' | 'bubblewrapPath'>;
  k6Path: string;
  args: string[];
  folder: string;
  writable: [string, ...string[]];
  /** The script's variables. */
  env: Record<string, string>;
  /** What k6 itself is told by its environment and its configuration, beside what it always is. */
  ownEnv?: Record<string, string>;
  config?: Record<string, unknown>;
  peers: Peer[];
  /** Whether k6's own API may be asked. */
  listens?: boolean;
  relay: GuardStart['relay'];
  beat?: GuardStart['beat'];
}): Promise<GuardStart> {
  const { cage, folder, writable, peers, listens = false } = input;
  const k6Path = await realpath(/* turbopackIgnore: true */ input.k6Path).catch((error: Error) => {
    throw new Problem('problems.k6-not-started', { cause: error.message });
  });
  return {
    program: k6Path,
    args: input.args,
    cwd: writable[0],
    env: { ...k6Environment(input.env), ...input.ownEnv },
    folder,
    cage:
      cage.kind && (await planCage({ ...cage, kind: cage.kind, k6Path, folder, writable, peers, listens })),
    config: {
      path: join(/* turbopackIgnore: true */ folder, configFileName),
      content: { ...k6Config(), ...input.config },
    },
    relay: input.relay,
    beat: input.beat ?? null,
  };
}

/**
 * A run's folder as k6 finds it there: to another user the folders above may be closed (root's home), so it gets the folder
 * itself, open.
 */
export function folderSeen({ kind }: Pick<FoundCage, 'kind'>, folder: string): string {
  return kind === 'landlock-other-user' ? '/proc/self/fd/3' : folder;
}

async function planCage(input: {
  kind: CageKind;
  bubblewrapPath: string | null;
  k6Path: string;
  folder: string;
  writable: string[];
  peers: Peer[];
  listens: boolean;
}): Promise<Cage> {
  const { kind, bubblewrapPath, k6Path, folder, writable, peers, listens } = input;
  const interpreter = await interpreterOf(k6Path);
  const certificates = [variable('SSL_CERT_FILE'), ...(variable('SSL_CERT_DIR') ?? '').split(':')];
  const network = [...networkFiles, ...certificates.filter((path): path is string => !!path)];
  return {
    kind,
    bubblewrapPath,
    user: kind === 'landlock-other-user' ? unusedUser() : null,
    read: [folder, ...(peers.length > 0 ? network : []), ...(interpreter === null ? [] : libraries)],
    write: [...writable, '/dev/null'],
    execute: interpreter === null ? [k6Path] : [k6Path, interpreter],
    connect: peers,
    listens,
  };
}

/**
 * Whom a load of `url` may connect to: the host's addresses at its port, and, where the host is a name, the name
 * servers (as Node's `dns.getServers` writes them).
 */
export function peersOf(url: string, addresses: readonly string[], nameServers: readonly string[]): Peer[] {
  const { hostname, port, protocol } = new URL(url);
  const servicePort = Number(port) || (protocol === 'https:' ? 443 : 80);
  const named = isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && hostname !== 'localhost';
  return [
    ...addresses.map((address) => ({ address, port: servicePort })),
    ...(named ? nameServers.map(nameServer) : []),
  ];
}

/**
 * Loopback addresses for k6's metrics, best first: none that is the service's, so that k6's own list of addresses keeps
 * the script from it (on Linux all of 127.0.0.0/8 is loopback; elsewhere 127.0.0.1 and ::1).
 */
export function relayAddresses(serviceAddresses: readonly string[]): string[] {
  const all = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '::1'];
  const others = all.filter((address) => !serviceAddresses.includes(address));
  return others.length > 0 ? others : all;
}

function nameServer(server: string): Peer {
  const withPort = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(server);
  if (!withPort) return { address: server, port: dnsPort };
  return { address: withPort[1] ?? withPort[2] ?? '', port: Number(withPort[3]) };
}

/** The loader that a dynamically linked program names (ELF's PT_INTERP); null for a static one or what is no ELF. */
async function interpreterOf(path: string): Promise<string | null> {
  const file = await open(/* turbopackIgnore: true */ path);
  try {
    const head = Buffer.alloc(4096);
    await file.read(head, 0, head.length, 0);
    if (head.readUInt32BE(0) !== 0x7f454c46 || head[4] !== 2) return null;
    const [tableAt, entryBytes, entries] = [
      Number(head.readBigUInt64LE(32)),
      head.readUInt16LE(54),
      head.readUInt16LE(56),
    ];
    for (let at = tableAt; at < tableAt + entries * entryBytes && at + 40 <= head.length; at += entryBytes) {
      if (head.readUInt32LE(at) !== 3) continue;
      const name = Buffer.alloc(Number(head.readBigUInt64LE(at + 32)));
      await file.read(name, 0, name.length, Number(head.readBigUInt64LE(at + 8)));
      return name.toString().replace(/\0.*$/s, '');
    }
    return null;
  } finally {
    await file.close();
  }
}

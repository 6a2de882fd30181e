import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { variable } from '@/lib/environment/environment';
import { type Message, messageOfError } from '@/lib/model/message';
import { ClusterError } from './client';
import { type Credentials, readCredentials, carryCredentials } from './credentials';
import { proxyOfEnvironment } from '@/lib/outgoing/proxy';

/** What the client library makes up when it finds no configuration at all. */
const libraryFallback = 'http://localhost:8080';
// kubectl looks only at the entries that it uses: a half-made one of years ago is none of its business.
const reading = { onInvalidEntry: 'filter' as const };

/** The context that stands for a pod's service account, as the client library names it; a file may name one so, too. */
const serviceAccountContext = 'inClusterContext';
const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The cluster's configuration, read as kubectl does: `KUBECONFIG`, a list of files of which some may be missing, where the
 * first that names a thing wins; else the lab's file in the state directory, else kubectl's own default or a pod's service
 * account. A `context` is looked for in all of these; null: the current one. Throws ClusterError.
 */
export function loadKubeConfig(stateDir: string, context: string | null = null): KubeConfig {
  const { listed, files } = filesAt(stateDir);
  if (context !== null) return inContext(files, context);
  if (listed.length > 0 && files.length === 0)
    throw new ClusterError('problems.kubeconfig-missing', { files: listed.join(', ') });
  let config: KubeConfig;
  try {
    config = files.length > 0 ? configOf(listed.length > 0 ? files : files.slice(0, 1)) : fromEnvironment();
  } catch (error) {
    throw new ClusterError('problems.kubeconfig-unreadable', { cause: messageOfError(error) });
  }
  const cluster = config.getCurrentCluster();
  if (cluster && !(cluster.name === 'cluster' && cluster.server === libraryFallback)) return config;
  const names = config.contexts.map(({ name }) => name);
  if (files.length === 0 || names.length === 0) throw new ClusterError('problems.no-cluster', {});
  const current = config.getCurrentContext();
  const contexts = names.join(', ');
  throw current
    ? new ClusterError('problems.context-without-cluster', { context: current, contexts })
    : new ClusterError('problems.no-current-context', { contexts });
}

/** A cluster that a service may be watched by. */
export interface KubeContext {
  name: string;
  /** The API server's address; null: it names no cluster that is there. */
  server: string | null;
  isServiceAccount: boolean;
}

/** All contexts that a service may name, the one in force without a choice, and why files could not be read. */
export function kubeContexts(stateDir: string): {
  contexts: KubeContext[];
  current: string | null;
  unreadable: Message[];
} {
  const { config, unreadable } = readable(filesAt(stateDir).files);
  const contexts = config.contexts.map(({ name, cluster }) => ({
    name,
    server: config.getCluster(cluster)?.server ?? null,
    isServiceAccount: false,
  }));
  if (existsSync(serviceAccountToken) && !contexts.some(({ name }) => name === serviceAccountContext))
    contexts.push({
      name: serviceAccountContext,
      server: fromPod().getCurrentCluster()?.server ?? null,
      isServiceAccount: true,
    });
  let current: string | null = null;
  try {
    current = loadKubeConfig(stateDir).getCurrentContext();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
  }
  return { contexts, current, unreadable };
}

/** The files that `KUBECONFIG` lists, and of these, or else of the usual ones, those that are there. */
function filesAt(stateDir: string): { listed: string[]; files: string[] } {
  const lab = join(/* turbopackIgnore: true */ stateDir, 'kubeconfig');
  const own = join(/* turbopackIgnore: true */ homedir(), '.kube', 'config');
  const listed =
    variable('KUBECONFIG')
      ?.split(delimiter)
      .filter((file) => file !== '') ?? [];
  return { listed, files: (listed.length > 0 ? listed : [lab, own]).filter((file) => existsSync(file)) };
}

/** By one context of all files; what cannot be read is an obstacle only where nothing else names the context. */
function inContext(files: readonly string[], context: string): KubeConfig {
  const { config, unreadable } = readable(files);
  const names = config.contexts.map(({ name }) => name);
  const contexts = names.join(', ');
  if (names.includes(context)) {
    config.setCurrentContext(context);
    if (!config.getCurrentCluster())
      throw new ClusterError('problems.context-names-no-cluster', { context, contexts });
    return config;
  }
  if (context === serviceAccountContext && existsSync(serviceAccountToken)) return fromPod();
  const [cause] = unreadable;
  if (cause) throw new ClusterError('problems.kubeconfig-unreadable', { cause });
  if (names.length === 0) throw new ClusterError('problems.no-cluster', {});
  // It was asked for: no fault of a cluster, which nobody has spoken to.
  throw new ClusterError('problems.context-unknown', { context, contexts }, 422, [{ path: 'kubeContext' }]);
}

/** The entries of the files that can be read. */
function readable(files: readonly string[]): { config: KubeConfig; unreadable: Message[] } {
  const unreadable: Message[] = [];
  const good = files.filter((file) => {
    try {
      configOf([file]);
      return true;
    } catch (error) {
      unreadable.push(messageOfError(error));
      return false;
    }
  });
  return { config: configOf(good), unreadable };
}

function fromPod(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromCluster();
  return alsoByProxy(config);
}

/** A pod's service account, or what the library finds otherwise. */
function fromEnvironment(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault(reading);
  return alsoByProxy(config);
}

/** All files' entries, where the first that names a thing has the last word. */
function configOf(files: readonly string[]): KubeConfig {
  const config = new KubeConfig();
  const credentials = new Map<User, Credentials>();
  for (const file of files.filter((path) => !isEmpty(path))) {
    const one = new KubeConfig();
    one.loadFromFile(file, reading);
    const read = readCredentials(file, one.users);
    config.clusters = all(config.clusters, one.clusters);
    config.users = all(config.users, read.users);
    config.contexts = all(config.contexts, one.contexts);
    config.currentContext ||= one.currentContext;
    for (const [user, own] of read.credentials) credentials.set(user, own);
  }
  carryCredentials(config, credentials);
  config.clusters = config.clusters.map((cluster) => ({
    ...cluster,
    // The library takes plain HTTP only where no certificate is looked at either; kubectl just takes it.
    skipTLSVerify: cluster.skipTLSVerify || cluster.server.startsWith('http:'),
  }));
  return alsoByProxy(config);
}

/** Nothing but comments: kubectl takes it for a file that names nothing. */
function isEmpty(file: string): boolean {
  return (
    readFileSync(file, 'utf8')
      .replaceAll(/^\s*(#.*|---\s*)$/gm, '')
      .trim() === ''
  );
}

/** A cluster whose entry names no proxy is reached by the environment's. */
function alsoByProxy(config: KubeConfig): KubeConfig {
  config.clusters = config.clusters.map((cluster) => ({
    ...cluster,
    proxyUrl: cluster.proxyUrl || proxyOfEnvironment(cluster.server),
  }));
  return config;
}

function all<T extends { name: string }>(own: readonly T[] = [], more: readonly T[] = []): T[] {
  return [...own, ...more.filter(({ name }) => !own.some((one) => one.name === name))];
}

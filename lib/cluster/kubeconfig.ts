import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { variable } from '@/lib/environment/environment';
import { messageOfError } from '@/lib/model/message';
import { ClusterError } from './client';
import { type Credentials, readCredentials, carryCredentials } from './credentials';
import { proxyOfEnvironment } from './outgoing-proxy';

/** What the client library makes up when it finds no configuration at all. */
const libraryFallback = 'http://localhost:8080';
// kubectl looks only at the entries that it uses: a half-made one of years ago is none of its business.
const reading = { onInvalidEntry: 'filter' as const };

/**
 * The cluster's configuration, read as kubectl does: `KUBECONFIG`, a list of files of which some may be missing, where the
 * first that names a thing wins; else the lab's file in the state directory, else kubectl's own default or a pod's service
 * account. Throws ClusterError.
 */
export function loadKubeConfig(stateDir: string): KubeConfig {
  const lab = join(/* turbopackIgnore: true */ stateDir, 'kubeconfig');
  const own = join(/* turbopackIgnore: true */ homedir(), '.kube', 'config');
  const listed =
    variable('KUBECONFIG')
      ?.split(delimiter)
      .filter((file) => file !== '') ?? [];
  const files =
    listed.length > 0
      ? listed.filter((file) => existsSync(file))
      : [lab, own].filter((file) => existsSync(file)).slice(0, 1);
  if (listed.length > 0 && files.length === 0)
    throw new ClusterError('problems.kubeconfig-missing', { files: listed.join(', ') });
  let config: KubeConfig;
  try {
    config = files.length > 0 ? configOf(files) : fromPod();
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

/** A pod's service account, or what the library finds otherwise. */
function fromPod(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault(reading);
  return config;
}

/** All files' entries, where the first that names a thing has the last word. */
function configOf(files: readonly string[]): KubeConfig {
  const config = new KubeConfig();
  const credentials = new Map<User, Credentials>();
  for (const file of files) {
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
    proxyUrl: cluster.proxyUrl || proxyOfEnvironment(cluster.server),
  }));
  return config;
}

function all<T extends { name: string }>(own: readonly T[] = [], more: readonly T[] = []): T[] {
  return [...own, ...more.filter(({ name }) => !own.some((one) => one.name === name))];
}

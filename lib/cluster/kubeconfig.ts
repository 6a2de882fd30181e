import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { variable } from '@/lib/environment/environment';
import { messageOfError } from '@/lib/model/message';
import { ClusterError } from './client';

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
  const listed =
    variable('KUBECONFIG')
      ?.split(delimiter)
      .filter((file) => file !== '') ?? [];
  const files =
    listed.length > 0 ? listed.filter((file) => existsSync(file)) : existsSync(lab) ? [lab] : null;
  if (files?.length === 0)
    throw new ClusterError('problems.kubeconfig-missing', { files: listed.join(', ') });
  let config: KubeConfig;
  try {
    config = files === null ? fromDefault() : files.map(fromFile).reduce(merged);
  } catch (error) {
    throw new ClusterError('problems.kubeconfig-unreadable', { cause: messageOfError(error) });
  }
  const cluster = config.getCurrentCluster();
  if (cluster && !(cluster.name === 'cluster' && cluster.server === libraryFallback)) return config;
  const names = config.contexts.map(({ name }) => name);
  if (files === null || names.length === 0) throw new ClusterError('problems.no-cluster', {});
  const current = config.getCurrentContext();
  const contexts = names.join(', ');
  throw current
    ? new ClusterError('problems.context-without-cluster', { context: current, contexts })
    : new ClusterError('problems.no-current-context', { contexts });
}

function fromFile(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file, reading);
  return config;
}

function fromDefault(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault(reading);
  return config;
}

/** Both, where the first has the last word. */
function merged(first: KubeConfig, second: KubeConfig): KubeConfig {
  const config = new KubeConfig();
  const all = <T extends { name: string }>(own: readonly T[] = [], more: readonly T[] = []): T[] => [
    ...own,
    ...more.filter(({ name }) => !own.some((one) => one.name === name)),
  ];
  config.loadFromOptions({
    clusters: all(first.clusters, second.clusters),
    users: all(first.users, second.users),
    contexts: all(first.contexts, second.contexts),
    currentContext: first.currentContext || second.currentContext,
  });
  return config;
}

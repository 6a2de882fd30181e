import { z } from 'zod';
import { message, type Message } from '@/lib/model/message';
import { type OptionalResource } from './unread';
import { type ResourceWatchOptions, type ResourceWatch } from './watch-resource';

/** The cluster's own settings of its autoscaler. */
export const configMaps: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespaced: true,
  without: message('unread.without-config-autoscaler'),
};

/** Namespace and name of the ConfigMap with the cluster's own settings of its autoscaler. */
export const autoscalerConfigMap = ['knative-serving', 'config-autoscaler'] as const;

/** The same maps, watched: they may change while a run goes on. */
export const changingMaps: OptionalResource = {
  ...configMaps,
  without: message('unread.without-config-changes'),
};

/** Of each map what scaling depends on; null: all of it. Of the last two it holds for revisions that are made later. */
export const watchedKeys: Readonly<Record<string, readonly string[] | null>> = {
  'config-autoscaler': null,
  'config-defaults': [
    'container-concurrency',
    'container-concurrency-max-limit',
    'allow-container-concurrency-zero',
    'revision-cpu-request',
    'revision-memory-request',
  ],
  'config-features': ['queueproxy.resource-defaults'],
};

const schema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  data: z.record(z.string(), z.string()).nullish(),
});
export type WatchedConfigMap = z.infer<typeof schema>;

/** A setting of the cluster that was changed; null: it is not set. */
export interface ConfigChange {
  configMap: string;
  key: string;
  before: string | null;
  after: string | null;
}

/**
 * Watches the ConfigMaps that scaling depends on and tells of each change after the first list; `onAutoscaler` gets the
 * whole of config-autoscaler where that has changed. Resolves with why they are not watched; null: they are.
 */
export async function watchConfigMaps(
  follow: (
    resource: OptionalResource,
    schema: z.ZodType<WatchedConfigMap>,
    own: Pick<ResourceWatchOptions<WatchedConfigMap>, 'onObject' | 'query' | 'namespace'>,
  ) => ResourceWatch,
  {
    onChange,
    onAutoscaler,
  }: {
    onChange: (change: ConfigChange, atUnixMs: number) => void;
    onAutoscaler: (data: Record<string, string>) => void;
  },
): Promise<Message | null> {
  const [namespace, autoscaler] = autoscalerConfigMap;
  const watched = Object.entries(watchedKeys).map(([name, keys]) => {
    let known: Record<string, string> | null = null;
    return follow(changingMaps, schema, {
      namespace,
      query: { fieldSelector: `metadata.name=${name}` },
      onObject: (type, { data }, atUnixMs) => {
        const all = type === 'DELETED' ? {} : (data ?? {});
        const now = Object.fromEntries(
          Object.entries(all).filter(([key]) => !key.startsWith('_') && (keys?.includes(key) ?? true)),
        );
        const before = known;
        known = now;
        if (before === null) return;
        const changed = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
          (key) => before[key] !== now[key],
        );
        for (const key of changed)
          onChange({ configMap: name, key, before: before[key] ?? null, after: now[key] ?? null }, atUnixMs);
        if (changed.length > 0 && name === autoscaler) onAutoscaler(now);
      },
    }).listed;
  });
  // The same right is missing for all of them.
  return (await Promise.all(watched)).find((why) => why !== null) ?? null;
}

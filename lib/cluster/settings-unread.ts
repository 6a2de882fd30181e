import { type KubeConfig } from '@kubernetes/client-node';
import { type Message } from '@/lib/model/message';
import { autoscalerConfigMap, changingMaps, watchedKeys } from './config-maps';
import { readConfigMap } from './knative';
import { readable } from './unread';

/** Why the cluster's own settings cannot be read, or their changes not be seen; null: they can. Answers within `ms` for each question. */
export async function settingsUnread(config: KubeConfig, ms: number): Promise<Message | null> {
  const [namespace, autoscaler] = autoscalerConfigMap;
  const { unread } = await readConfigMap(config, namespace, autoscaler, { ms });
  if (unread) return unread;
  for (const name of Object.keys(watchedKeys)) {
    const query = { fieldSelector: `metadata.name=${name}` };
    const why = await readable(config, changingMaps, namespace, ms, query);
    if (why) return why;
  }
  return null;
}

import { type KubeConfig } from '@kubernetes/client-node';
import { message, type Message, said } from '@/lib/model/message';
import { readPath } from './bounded-api';
import { readinessSchema } from './readiness';
import { pathOf } from './resource';
import { services } from './services';
import { whyUnread } from './unread';

/** Why a Knative Service is not ready, by the condition that says most, or why that is not known; null: it is ready. Answers within `ms`. */
export async function whyNotReady(
  config: KubeConfig,
  namespace: string,
  name: string,
  ms: number,
): Promise<Message | null> {
  const path = `${pathOf(services, namespace)}/${encodeURIComponent(name)}`;
  const answer = await readPath(config, path, {}, { ms });
  if (answer.status !== 200) return whyUnread(services, { verb: 'get', namespace, name }, answer);
  const { metadata, status } = readinessSchema.parse(answer.body);
  const conditions = status?.conditions ?? [];
  // What is said of an earlier generation is no longer so.
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return message('reasons.service-being-changed', { name });
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return null;
  const cause =
    conditions.find(({ type, status }) => type !== 'Ready' && status === 'False') ??
    conditions.find(({ type, status }) => type !== 'Ready' && status !== 'True') ??
    ready;
  return message('reasons.service-not-ready', {
    name,
    condition: cause?.type ?? 'Ready',
    cause: said([cause?.reason, cause?.message].filter(Boolean).join(': ') || (cause?.status ?? 'Unknown')),
  });
}

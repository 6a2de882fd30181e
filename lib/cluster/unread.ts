import { type KubeConfig } from '@kubernetes/client-node';
import { message, type Message, messageOfError, said } from '@/lib/model/message';
import { z } from 'zod';
import { type Answer, readPath, watchRefusal } from './bounded-api';
import { type ClusterResource, pathOf, resourceName } from './resource';

/** A resource that a run can do without, and what it then does not know. */
export interface OptionalResource extends ClusterResource {
  /** False: it can only be listed. */
  isWatched?: boolean;
  without: Message;
}

const statusSchema = z.looseObject({ message: z.string() });

/** Why a resource could not be read, by its name and with the right that is missing. */
export function whyUnread(
  resource: OptionalResource,
  { verb, namespace, name }: { verb: 'get' | 'list' | 'watch'; namespace: string; name?: string },
  found: Pick<Answer, 'status' | 'body'> | { error: unknown },
): Message {
  const { without } = resource;
  const what = resourceName(resource);
  const of = name === undefined ? what : `${what} ${namespace}/${name}`;
  if ('error' in found)
    return message('unread.failed', { resource: of, cause: messageOfError(found.error), without });
  const { status } = found;
  if (status === 403)
    return resource.namespaced
      ? message('unread.forbidden', { resource: of, verb, right: what, namespace, without })
      : message('unread.forbidden-cluster', { resource: of, verb, right: what, without });
  if (status === 404)
    return name === undefined
      ? message('unread.not-installed', { resource: of, without })
      : message('unread.not-there', { resource: of, without });
  const body = statusSchema.safeParse(found.body).data;
  return message('unread.failed', {
    resource: of,
    cause: body ? said(body.message) : message('gaps.answered', { url: pathOf(resource, namespace), status }),
    without,
  });
}

/** Why a resource may not be listed, or not watched where it can be; null: it may. `query`: which of it. Answers within `ms` for each of the two. */
export async function readable(
  config: KubeConfig,
  resource: OptionalResource,
  namespace: string,
  ms: number,
  query: Record<string, string> = {},
): Promise<Message | null> {
  const path = pathOf(resource, namespace);
  try {
    const list = await readPath(config, path, { limit: '1', ...query }, { ms });
    if (list.status !== 200) return whyUnread(resource, { verb: 'list', namespace }, list);
    if (resource.isWatched === false) return null;
    const refused = await watchRefusal(config, path, ms, query);
    return refused && whyUnread(resource, { verb: 'watch', namespace }, refused);
  } catch (error) {
    return whyUnread(resource, { verb: 'list', namespace }, { error });
  }
}

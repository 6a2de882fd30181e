import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { readPath } from './bounded-api';
import { pathOf } from './resource';

const revisions = { group: 'serving.knative.dev', version: 'v1', plural: 'revisions', namespaced: true };
const listSchema = z.looseObject({
  items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })),
});

/**
 * The names of a service's revisions, by the label that Knative gives them; none where they may not be listed: pods
 * name those that have any.
 */
export async function listRevisions(
  config: KubeConfig,
  namespace: string,
  service: string,
  bounds: { ms: number; signal?: AbortSignal },
): Promise<string[]> {
  const query = { labelSelector: `serving.knative.dev/service=${service}` };
  const answer = await readPath(config, pathOf(revisions, namespace), query, bounds).catch(() => null);
  return (listSchema.safeParse(answer?.body).data?.items ?? []).map(({ metadata }) => metadata.name);
}

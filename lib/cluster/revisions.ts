import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { readPath } from './bounded-api';
import { type RevisionReport } from '@/lib/model/cluster-report';
import { message } from '@/lib/model/message';
import { readinessOf, readinessSchema } from './readiness';
import { podProbesOf, probedContainerSchema } from '@/lib/model/probe';
import { pathOf } from './resource';
import { autoscalingAnnotations } from './scaling-settings';
import { type OptionalResource } from './unread';

/** What each revision of a service is scaled by. */
export const revisions: OptionalResource = {
  group: 'serving.knative.dev',
  version: 'v1',
  plural: 'revisions',
  namespaced: true,
  without: message('unread.without-revisions'),
};

export const revisionSchema = readinessSchema.extend({
  metadata: readinessSchema.shape.metadata.extend({
    name: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z
    .looseObject({
      containerConcurrency: z.number().nullish(),
      containers: z.array(probedContainerSchema).nullish(),
    })
    .nullish(),
});

/** What a Revision says of how it is scaled; whether a route refers to it is in a label. */
export function revisionOf(
  revision: z.infer<typeof revisionSchema>,
): Omit<RevisionReport, 'id' | 'kind' | 'atMs' | 'serverAtMs'> {
  const { metadata, spec } = revision;
  const routing = metadata.labels?.['serving.knative.dev/routingState'];
  return {
    revision: metadata.name,
    annotations: autoscalingAnnotations(metadata.annotations ?? {}),
    containerConcurrency: spec?.containerConcurrency ?? 0,
    reachable: routing === 'active' ? true : routing === 'reserve' ? false : null,
    ready: readinessOf(revision).ready,
    ...(spec?.containers ? { probes: podProbesOf(spec.containers) } : {}),
  };
}

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

import { z } from 'zod';
import { message } from '@/lib/model/message';
import { type ScaleResource } from './scale-resource';

const schema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
  status: z
    .looseObject({
      desiredReplicas: z.number().int().nullish(),
      currentReplicas: z.number().int().nullish(),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
});

/** What the HPA's controller decided, for services of class hpa: Knative names it as the revision. */
export const horizontalPodAutoscalers: ScaleResource<z.infer<typeof schema>> = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  namespaced: true,
  without: message('unread.without-hpas'),
  source: 'hpa',
  schema,
  scaleOf({ metadata, status }) {
    return {
      revision: metadata.labels?.['serving.knative.dev/revision'] ?? metadata.name,
      desired: status?.desiredReplicas ?? null,
      actual: status?.currentReplicas ?? null,
      reason: status?.conditions?.find(({ status: holds }) => holds === 'False')?.reason ?? null,
    };
  },
};

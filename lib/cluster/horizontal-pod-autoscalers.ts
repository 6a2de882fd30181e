import { z } from 'zod';
import { message } from '@/lib/model/message';
import { toMilli } from '@/lib/model/pod-resources';
import { type ScaleResource } from './scale-resource';

const metricSchema = z
  .looseObject({
    current: z
      .looseObject({
        averageUtilization: z.number().nullish(),
        averageValue: z.union([z.string(), z.number()]).nullish(),
      })
      .nullish(),
  })
  .nullish();
const schema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
  status: z
    .looseObject({
      desiredReplicas: z.number().int().nullish(),
      currentReplicas: z.number().int().nullish(),
      currentMetrics: z.array(z.looseObject({ resource: metricSchema, pods: metricSchema })).nullish(),
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
    const first = status?.currentMetrics?.[0];
    const current = (first?.resource ?? first?.pods)?.current;
    const value = current?.averageValue;
    // That nothing limits it (ScalingLimited) is as it should be.
    const off = status?.conditions?.find(
      ({ type, status: holds }) => type !== 'ScalingLimited' && holds === 'False',
    );
    return {
      revision: metadata.labels?.['serving.knative.dev/revision'] ?? metadata.name,
      desired: status?.desiredReplicas ?? null,
      actual: status?.currentReplicas ?? null,
      reason: off?.reason ?? null,
      average: current?.averageUtilization ?? (value == null ? null : toMilli(value) / 1000),
    };
  },
};

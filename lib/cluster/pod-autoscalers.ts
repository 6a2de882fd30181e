import { z } from 'zod';
import { message } from '@/lib/model/message';
import { autoscalingAnnotations, scalingSettings } from './scaling-settings';
import { type ScaleResource } from './scale-resource';

const schema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z
    .looseObject({ containerConcurrency: z.number().nullish(), reachability: z.string().nullish() })
    .nullish(),
  status: z
    .looseObject({
      desiredScale: z.number().int().nullish(),
      actualScale: z.number().int().nullish(),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
});

/** What the cluster's autoscaler decided for each revision: `status.desiredScale`, -1 before its first decision. */
export const podAutoscalers: ScaleResource<z.infer<typeof schema>> = {
  group: 'autoscaling.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'podautoscalers',
  namespaced: true,
  without: message('unread.without-podautoscalers'),
  source: 'podautoscaler',
  schema,
  settingsOf: ({ metadata, spec }) =>
    scalingSettings(metadata.annotations ?? {}, spec?.containerConcurrency ?? 0),
  revisionOf: ({ metadata, spec }) => ({
    revision: metadata.labels?.['serving.knative.dev/revision'] ?? metadata.name,
    annotations: autoscalingAnnotations(metadata.annotations ?? {}),
    containerConcurrency: spec?.containerConcurrency ?? 0,
    reachable:
      spec?.reachability === 'Reachable' ? true : spec?.reachability === 'Unreachable' ? false : null,
    ready: null,
  }),
  scaleOf({ metadata, status }) {
    const desired = status?.desiredScale ?? null;
    const off = status?.conditions?.find(
      ({ type, status: holds }) => (type === 'Ready' || type === 'Active') && holds !== 'True',
    );
    return {
      revision: metadata.labels?.['serving.knative.dev/revision'] ?? metadata.name,
      desired: desired === null || desired < 0 ? null : desired,
      actual: status?.actualScale ?? null,
      reason: off?.reason ?? null,
    };
  },
};

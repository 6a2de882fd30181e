import { z } from 'zod';
import { message } from '@/lib/model/message';
import { type ScaleResource } from './scale-resource';

const schema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
  spec: z.looseObject({ replicas: z.number().int().nullish() }),
  status: z.looseObject({ replicas: z.number().int().nullish() }).nullish(),
});

/** When a decision reached a revision's Deployment: `spec.replicas`. */
export const deployments: ScaleResource<z.infer<typeof schema>> = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  namespaced: true,
  without: message('unread.without-deployments'),
  source: 'deployment',
  schema,
  scaleOf({ metadata: { name, labels }, spec, status }) {
    return {
      revision: labels?.['serving.knative.dev/revision'] ?? name.replace(/-deployment$/, ''),
      desired: spec.replicas ?? 1,
      actual: status?.replicas ?? null,
      reason: null,
    };
  },
};

import { message } from '@/lib/model/message';
import { type OptionalResource } from './unread';

/** What the cluster can say of itself beside its pods: a run reads each that it may, and names each that it may not. */
export const podAutoscalers: OptionalResource = {
  group: 'autoscaling.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'podautoscalers',
  namespaced: true,
  without: message('unread.without-podautoscalers'),
};

/** What the HPA's controller decides, for services of class hpa. */
export const horizontalPodAutoscalers: OptionalResource = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  namespaced: true,
  without: message('unread.without-hpas'),
};

/** What was asked of the ReplicaSets. */
export const deployments: OptionalResource = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  namespaced: true,
  without: message('unread.without-deployments'),
};

/** Why pods wait and fail, and how long images took. */
export const events: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'events',
  namespaced: true,
  without: message('unread.without-events'),
};

/** Which nodes came while pods waited. */
export const nodes: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  namespaced: false,
  without: message('unread.without-nodes'),
};

/** The cluster's own settings of its autoscaler. */
export const configMaps: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespaced: true,
  without: message('unread.without-config-autoscaler'),
};

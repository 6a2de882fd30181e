import { message } from '@/lib/model/message';
import { type OptionalResource } from './unread';

/** The cluster's own settings of its autoscaler. */
export const configMaps: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespaced: true,
  without: message('unread.without-config-autoscaler'),
};

/** Namespace and name of the ConfigMap with the cluster's own settings of its autoscaler. */
export const autoscalerConfigMap = ['knative-serving', 'config-autoscaler'] as const;

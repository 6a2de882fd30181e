import { message } from '@/lib/model/message';
import { type OptionalResource } from './unread';

/** Whether the Knative Service is ready, and whether that is of what it asks for now. */
export const services: OptionalResource = {
  group: 'serving.knative.dev',
  version: 'v1',
  plural: 'services',
  namespaced: true,
  without: message('unread.without-services'),
};

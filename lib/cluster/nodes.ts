import { z } from 'zod';
import { message } from '@/lib/model/message';
import { type OptionalResource } from './unread';

/** Which nodes came while pods waited. */
export const nodes: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  namespaced: false,
  without: message('unread.without-nodes'),
};

export const nodeSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), creationTimestamp: z.string().nullish() }),
});

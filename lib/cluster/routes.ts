import { z } from 'zod';
import { type TrafficReport } from '@/lib/model/cluster-report';
import { message } from '@/lib/model/message';
import { type OptionalResource } from './unread';

/** How a service's requests are divided over its revisions. */
export const routes: OptionalResource = {
  group: 'serving.knative.dev',
  version: 'v1',
  plural: 'routes',
  namespaced: true,
  without: message('unread.without-routes'),
};

export const routeSchema = z.looseObject({
  status: z
    .looseObject({
      traffic: z
        .array(
          z.looseObject({
            revisionName: z.string().nullish(),
            percent: z.number().nullish(),
            tag: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** The division that is in force, by the Route's status; empty: none yet. */
export function sharesOf({ status }: z.infer<typeof routeSchema>): TrafficReport['shares'] {
  return (status?.traffic ?? []).flatMap(({ revisionName, percent, tag }) =>
    revisionName ? [{ revision: revisionName, percent: percent ?? 0, tag: tag ?? null }] : [],
  );
}

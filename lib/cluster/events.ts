import { z } from 'zod';
import { type ClusterEvent } from '@/lib/model/cluster-report';
import { message } from '@/lib/model/message';
import { toUnixMs } from './pod-phase';
import { type OptionalResource } from './unread';

/** Why pods wait and fail, and how long images took. */
export const events: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'events',
  namespaced: true,
  without: message('unread.without-events'),
};

const time = z.string().nullish();
export const eventSchema = z.looseObject({
  metadata: z.looseObject({ uid: z.string().nullish(), name: z.string(), creationTimestamp: time }),
  involvedObject: z.looseObject({
    kind: z.string().nullish(),
    name: z.string().nullish(),
    uid: z.string().nullish(),
  }),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  type: z.string().nullish(),
  count: z.number().int().nullish(),
  eventTime: time,
  firstTimestamp: time,
  lastTimestamp: time,
  /** Of one that is told through events.k8s.io and came again. */
  series: z.looseObject({ count: z.number().int().nullish(), lastObservedTime: time }).nullish(),
});

/** What the pod itself tells better: when a container was made and started. */
const dull = new Set(['Created', 'Started']);
const longestMessage = 500;

/**
 * An Event as far as a run keeps it, with the time (Unix ms) of when it came last; null where the pods say it themselves.
 * One that comes again is the same Event with a higher count.
 */
export function eventOf(
  event: z.infer<typeof eventSchema>,
): (Omit<ClusterEvent, 'id' | 'atMs' | 'serverAtMs'> & { serverAtUnixMs: number | null }) | null {
  const { involvedObject, reason, type, series, metadata } = event;
  if (!reason || dull.has(reason)) return null;
  return {
    kind: 'event',
    object: involvedObject.kind ?? '',
    uid: involvedObject.uid ?? '',
    name: involvedObject.name ?? '',
    type: type === 'Warning' ? 'Warning' : 'Normal',
    reason,
    message: (event.message ?? '').slice(0, longestMessage),
    count: series?.count ?? event.count ?? 1,
    serverAtUnixMs: toUnixMs(
      series?.lastObservedTime ??
        event.eventTime ??
        event.lastTimestamp ??
        event.firstTimestamp ??
        metadata.creationTimestamp,
    ),
  };
}

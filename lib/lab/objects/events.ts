import { randomBytes } from 'node:crypto';
import { type KubeObject, type NewObject, type ObjectStore } from '@/lib/lab/object-store';
import { kubeTime, microTime } from './times';

/** Events are kept for an hour, as an API server does, and not without bound. */
const keptForMs = 3_600_000;
const keptEvents = 2000;

export interface Happening {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Who tells it: `kubelet`, `default-scheduler`, `cluster-autoscaler`, … */
  from: string;
  /** The kubelet's node. */
  node?: string;
  /** The container that it is about. */
  container?: string;
}

/** What happened to objects, told as Kubernetes' own parts tell it; what repeats itself is counted. */
export class EventRecorder {
  constructor(private readonly store: ObjectStore) {}

  record(about: KubeObject, happening: Happening): void {
    const { type, reason, message, from, node, container } = happening;
    const { name, uid, resourceVersion } = about.metadata;
    const namespace = about.metadata.namespace || 'default';
    const regarding = {
      kind: about.kind,
      namespace,
      name,
      uid,
      apiVersion: about.apiVersion,
      resourceVersion,
      ...(container ? { fieldPath: `spec.containers{${container}}` } : {}),
    };
    const old = this.store
      .list()
      .find(
        (event) =>
          event.reason === reason &&
          event.message === message &&
          (event.involvedObject as { uid: string }).uid === uid &&
          (event.involvedObject as { fieldPath?: string }).fieldPath === regarding.fieldPath,
      );
    if (old) return void this.store.update(again(old));
    this.forgetOld();
    const event: NewObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace },
      involvedObject: regarding,
      reason,
      message,
      type,
      ...(from === 'default-scheduler'
        ? {
            // The scheduler alone writes events.k8s.io: a fine time, and no first and last one.
            source: {},
            firstTimestamp: null,
            lastTimestamp: null,
            eventTime: microTime(),
            action: reason === 'Scheduled' ? 'Binding' : 'Scheduling',
            reportingComponent: from,
            reportingInstance: `${from}-lab`,
          }
        : {
            source: { component: from, ...(node ? { host: node } : {}) },
            firstTimestamp: kubeTime(),
            lastTimestamp: kubeTime(),
            count: 1,
            eventTime: null,
            reportingComponent: from,
            reportingInstance: node ?? '',
          }),
    };
    this.store.create(event);
  }

  private forgetOld(): void {
    let count = this.store.size;
    for (const { metadata } of this.store.list()) {
      if (count < keptEvents && Date.now() - Date.parse(metadata.creationTimestamp) < keptForMs) return;
      this.store.remove(metadata.namespace, metadata.name);
      count--;
    }
  }
}

function again(event: KubeObject): KubeObject {
  if (event.eventTime === null)
    return { ...event, count: (event.count as number) + 1, lastTimestamp: kubeTime() };
  const series = event.series as { count: number } | undefined;
  return { ...event, series: { count: (series?.count ?? 1) + 1, lastObservedTime: microTime() } };
}

/** A core Event as events.k8s.io shows it. */
export function asNewEvent(event: KubeObject): KubeObject {
  const {
    involvedObject,
    message,
    source,
    firstTimestamp,
    lastTimestamp,
    count,
    reportingComponent,
    ...same
  } = event;
  return {
    ...same,
    apiVersion: 'events.k8s.io/v1',
    regarding: involvedObject,
    note: message,
    reportingController: reportingComponent,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    ...(count === undefined ? {} : { deprecatedCount: count }),
  };
}

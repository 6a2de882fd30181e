import { randomUUID } from 'node:crypto';
import { kubeTime } from './objects/times';

export interface ObjectMeta {
  name: string;
  namespace: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFields[];
}

export interface ManagedFields {
  manager: string;
  operation: string;
  apiVersion: string;
  time: string;
  fieldsType?: 'FieldsV1';
  fieldsV1?: Record<string, unknown>;
  subresource?: string;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller: boolean;
  blockOwnerDeletion: boolean;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** An object before it is stored. One of the whole cluster has the namespace ''. */
export type NewObject<T extends KubeObject = KubeObject> = Omit<T, 'metadata'> & {
  metadata: Partial<ObjectMeta> & { name: string; namespace: string };
};

/** The reference by which an object names the one that controls it. */
export function ownedBy({ apiVersion, kind, metadata: { name, uid } }: KubeObject): OwnerReference[] {
  return [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }];
}

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';
export interface StoredEvent {
  version: number;
  type: EventType;
  object: KubeObject;
}

const keptEvents = 2000;

/** All objects of one resource, with the history that a watch may begin from. */
export class ObjectStore<T extends KubeObject = KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly history: StoredEvent[] = [];
  private readonly listeners = new Set<(event: StoredEvent) => void>();

  constructor(private readonly clock: VersionClock) {
    this.oldest = clock.current;
  }

  /** Versions before this one are not kept: a watch from there is 410 Gone. */
  oldest: number;

  list(): T[] {
    return [...this.objects.values()];
  }

  get size(): number {
    return this.objects.size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.objects.get(`${namespace}/${name}`);
  }

  /** Stores a new object; uid, version and creation time are set. */
  create(object: NewObject<T>): T {
    const metadata = {
      ...object.metadata,
      uid: randomUUID(),
      creationTimestamp: kubeTime(),
      resourceVersion: '',
    };
    return this.commit('ADDED', { ...object, metadata } as unknown as T);
  }

  /** Stores a changed object in place of the old one. */
  update(object: T): T {
    return this.commit('MODIFIED', object);
  }

  remove(namespace: string, name: string): void {
    const object = this.get(namespace, name);
    if (object) this.commit('DELETED', object);
  }

  /** Events after a version, oldest first; null when that version is no longer kept. */
  since(version: number): StoredEvent[] | null {
    if (version < this.oldest || version > this.clock.current) return null;
    return this.history.filter((event) => event.version > version);
  }

  /** Calls back at each event; the result ends it. */
  subscribe(listener: (event: StoredEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private commit(type: EventType, object: T): T {
    const version = this.clock.next();
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: `${version}` } };
    const key = `${stored.metadata.namespace}/${stored.metadata.name}`;
    if (type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, stored);
    const event = { version, type, object: stored };
    this.history.push(event);
    if (this.history.length > keptEvents) this.oldest = this.history.shift()!.version;
    for (const listener of this.listeners) listener(event);
    return stored;
  }
}

/** Resource versions of the whole API. They begin at the time, so that a restarted lab never reuses one. */
export class VersionClock {
  current = Date.now();

  next(): number {
    return ++this.current;
  }
}

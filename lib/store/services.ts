import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { withoutCredentials } from '@/lib/model/address';
import { type Service } from '@/lib/model/run';
import { type Store } from './client';
import { type ServiceModel } from './generated/models';

const annotationsSchema = z.record(z.string(), z.string());

function toService(row: ServiceModel): Service {
  const {
    annotationsJson,
    watchedSinceMs: _watched,
    createdAtMs: _created,
    updatedAtMs: _updated,
    origin,
    concurrencyFrom,
    ...rest
  } = row;
  return {
    ...rest,
    // Stored before credentials in addresses were refused.
    gatewayUrl: withoutCredentials(rest.gatewayUrl),
    gatewayMetricsUrl: rest.gatewayMetricsUrl && withoutCredentials(rest.gatewayMetricsUrl),
    concurrencyFrom: concurrencyFrom === 'gateway' ? 'gateway' : 'knative',
    origin: origin === 'cluster' ? 'cluster' : 'manual',
    annotations: annotationsSchema.parse(JSON.parse(annotationsJson)),
  };
}

/** All registered services by name. */
export async function listServices(store: Store): Promise<Service[]> {
  return (await store.service.findMany({ orderBy: [{ name: 'asc' }, { createdAtMs: 'asc' }] })).map(
    toService,
  );
}

/** The service, or null. */
export async function findService(store: Store, id: string): Promise<Service | null> {
  const row = await store.service.findUnique({ where: { id } });
  return row ? toService(row) : null;
}

/** Registers a service, or updates the one of the same namespace, name and gateway. */
export async function saveService(
  store: Store,
  service: Omit<Service, 'id'>,
  nowMs: number,
): Promise<Service> {
  const { annotations, ...rest } = service;
  const data = { ...rest, annotationsJson: JSON.stringify(annotations), updatedAtMs: nowMs };
  const key = { namespace: service.namespace, name: service.name, gatewayUrl: service.gatewayUrl };
  return toService(
    await store.service.upsert({
      where: { namespace_name_gatewayUrl: key },
      update: data,
      create: { ...data, id: randomUUID(), createdAtMs: nowMs },
    }),
  );
}

/** Changes a registered service; its id and its runs stay. Throws if another one has the same namespace, name and gateway. */
export async function replaceService(
  store: Store,
  { id, annotations, ...rest }: Service,
  nowMs: number,
): Promise<Service> {
  return toService(
    await store.service.update({
      where: { id },
      data: { ...rest, annotationsJson: JSON.stringify(annotations), updatedAtMs: nowMs },
    }),
  );
}

/** Forgets a service; its runs stay. False if there was none. */
export async function deleteService(store: Store, id: string): Promise<boolean> {
  return (await store.service.deleteMany({ where: { id } })).count > 0;
}

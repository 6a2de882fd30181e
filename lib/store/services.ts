import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { withoutCredentials } from '@/lib/model/address';
import { clientCertificateShownSchema } from '@/lib/model/client-certificate';
import { type Service } from '@/lib/model/run';
import { naturalOrder } from '@/lib/model/natural-order';
import { type Store } from './client';
import { type ServiceModel } from './generated/models';
import { forgetVerdictsOfService, toObjective } from './verdicts';

const annotationsSchema = z.record(z.string(), z.string());

function toService(row: ServiceModel): Service {
  const {
    annotationsJson,
    watchedSinceMs: _watched,
    createdAtMs: _created,
    updatedAtMs: _updated,
    origin,
    concurrencyFrom,
    objectiveJson,
    gatewayClientJson,
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
    objective: toObjective(objectiveJson),
    gatewayClient:
      gatewayClientJson === null ? null : clientCertificateShownSchema.parse(JSON.parse(gatewayClientJson)),
  };
}

/** All registered services by name. */
export async function listServices(store: Store): Promise<Service[]> {
  const rows = await store.service.findMany({ orderBy: { createdAtMs: 'asc' } });
  return rows.map(toService).sort((a, b) => naturalOrder(a.name, b.name));
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
  const data = { ...columnsOf(service), updatedAtMs: nowMs };
  const key = { namespace: service.namespace, name: service.name, gatewayUrl: service.gatewayUrl };
  const where = { namespace_name_gatewayUrl: key };
  const before = await store.service.findUnique({ where });
  const row = await store.service.upsert({
    where,
    update: data,
    create: { ...data, id: randomUUID(), createdAtMs: nowMs },
  });
  await judgeAnew(store, before, row);
  return toService(row);
}

/** A service as its columns; an objective, a price, a link to logs and a client certificate that it does not name stay as they are. */
function columnsOf({
  annotations,
  objective,
  pricePerPodHour,
  logLink,
  gatewayClient,
  ...rest
}: Omit<Service, 'id'>) {
  return {
    ...rest,
    annotationsJson: JSON.stringify(annotations),
    ...(objective === undefined ? {} : { objectiveJson: objective && JSON.stringify(objective) }),
    ...(pricePerPodHour === undefined ? {} : { pricePerPodHour }),
    ...(logLink === undefined ? {} : { logLink }),
    ...(gatewayClient === undefined
      ? {}
      : { gatewayClientJson: gatewayClient && JSON.stringify(gatewayClient) }),
  };
}

/** Runs of a service that asks for something else now are judged anew when they are next read. */
async function judgeAnew(store: Store, before: ServiceModel | null, now: ServiceModel): Promise<void> {
  if (
    before &&
    (before.objectiveJson !== now.objectiveJson || before.pricePerPodHour !== now.pricePerPodHour)
  )
    await forgetVerdictsOfService(store, now.id);
}

/** Changes a registered service; its id and its runs stay. Throws if another one has the same namespace, name and gateway. */
export async function replaceService(
  store: Store,
  { id, ...service }: Service,
  nowMs: number,
): Promise<Service> {
  const before = await store.service.findUnique({ where: { id } });
  const row = await store.service.update({
    where: { id },
    data: { ...columnsOf(service), updatedAtMs: nowMs },
  });
  await judgeAnew(store, before, row);
  return toService(row);
}

/** Forgets a service; its runs stay. False if there was none. */
export async function deleteService(store: Store, id: string): Promise<boolean> {
  return (await store.service.deleteMany({ where: { id } })).count > 0;
}

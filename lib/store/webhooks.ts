import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { message, messageSchema, type Message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import {
  webhookSchema,
  type Delivery,
  type Webhook,
  type WebhookInput,
  type WebhookShown,
} from '@/lib/model/webhook';
import { english } from '@/lib/words/english';
import { type Store } from './client';
import { type WebhookDeliveryModel } from './generated/models';
import { readSecrets, writeSecrets } from './secret-files';

/** What it is told apart by from what was set before and after; none was kept by an older Scaletrace. */
const storedWebhookSchema = webhookSchema.extend({ version: z.string().default('') });
type StoredWebhook = z.infer<typeof storedWebhookSchema>;
const storedSchema: z.ZodType<Record<string, StoredWebhook>> = z.record(z.string(), storedWebhookSchema);

const file = 'webhooks.json';

function readAll(): Record<string, StoredWebhook> {
  return readSecrets(file, storedSchema) ?? {};
}

/** The webhook of a service, with its secrets; null: it has none, or the file cannot be read. */
export function readWebhook(serviceId: string): StoredWebhook | null {
  return readAll()[serviceId] ?? null;
}

/** Sets the webhook of a service, or none. Throws a Problem where its folder cannot be written. */
export function writeWebhook(serviceId: string, webhook: Webhook | null): StoredWebhook | null {
  const { [serviceId]: before, ...others } = readAll();
  const stored = webhook && { ...webhook, version: randomUUID() };
  if (before || stored) writeSecrets(file, stored ? { ...others, [serviceId]: stored } : others);
  return stored;
}

/**
 * What was entered, with the stored address and secret where none was: a secret goes to the host that it was given for,
 * and to no other. Throws a Problem where the address has to be entered.
 */
export function completeWebhook(
  serviceId: string,
  { url, secret, ...input }: WebhookInput,
  mayBePrivate: boolean,
): Webhook {
  const stored = readWebhook(serviceId);
  const address = url ?? stored?.url;
  if (address === undefined)
    throw new Problem(
      'problems.webhook-address',
      {},
      { errors: [{ path: 'webhook.url', said: message('validation.http-address') }] },
    );
  const isSameHost = stored !== null && new URL(stored.url).host === new URL(address).host;
  return {
    ...input,
    url: address,
    secret: secret ?? (isSameHost ? stored.secret : ''),
    // Who may not have private networks asked may still change what is told to an address that another has set.
    privateAllowed: mayBePrivate || (url === undefined && stored !== null && stored.privateAllowed),
  };
}

/** What may be shown of each service's webhook, by the service's id. */
export async function shownWebhooks(store: Store): Promise<Record<string, WebhookShown>> {
  const shown: Record<string, WebhookShown> = {};
  for (const [serviceId, webhook] of Object.entries(readAll()))
    shown[serviceId] = await shownWebhook(store, serviceId, webhook);
  return shown;
}

/** What may be shown of one. */
export async function shownWebhook(
  store: Store,
  serviceId: string,
  { url, secret, format, when, version }: StoredWebhook,
): Promise<WebhookShown> {
  const row = await store.webhookDelivery.findFirst({
    where: { serviceId },
    orderBy: { createdAtMs: 'desc' },
  });
  return {
    format,
    when,
    host: new URL(url).host,
    hasSecret: secret !== '',
    version,
    last: row && toDelivery(row),
  };
}

function toDelivery(row: WebhookDeliveryModel): Delivery {
  const { runId, attempts, lastTriedAtMs, dueAtMs, deliveredAtMs, failureJson } = row;
  const failure = failureJson === null ? null : (messageSchema.parse(JSON.parse(failureJson)) as Message);
  return {
    runId,
    state: deliveredAtMs !== null ? 'delivered' : dueAtMs !== null ? 'waiting' : 'failed',
    attempts,
    lastTriedAtMs,
    dueAtMs,
    failure: failure && { ...failure, text: english(failure) },
  };
}

/** Puts the verdict of a run that has ended among those to be sent, once. */
export async function addDelivery(
  store: Store,
  { runId, serviceId }: { runId: string; serviceId: string },
  nowMs: number,
): Promise<void> {
  await store.webhookDelivery.upsert({
    where: { runId },
    create: { runId, serviceId, createdAtMs: nowMs, dueAtMs: nowMs },
    update: {},
  });
}

/** A verdict that is to be sent now. */
export type DueDelivery = Pick<WebhookDeliveryModel, 'runId' | 'serviceId' | 'createdAtMs' | 'attempts'>;

/** Where several dashboards send, each sends what it knows the address of. */
function sentBy(dashboardId: string | null) {
  return dashboardId === null ? {} : { serviceId: { in: Object.keys(readAll()) } };
}

/** Those that are due, oldest first, a few at a time; of several dashboards, those that this one can send. */
export async function listDue(
  store: Store,
  nowMs: number,
  dashboardId: string | null,
): Promise<DueDelivery[]> {
  return store.webhookDelivery.findMany({
    where: { dueAtMs: { lte: nowMs }, ...sentBy(dashboardId) },
    orderBy: { dueAtMs: 'asc' },
    take: 20,
    select: { runId: true, serviceId: true, createdAtMs: true, attempts: true },
  });
}

/** When the next one is due; null: none is left. */
export async function nextDueMs(store: Store, dashboardId: string | null): Promise<number | null> {
  const row = await store.webhookDelivery.findFirst({
    where: { dueAtMs: { not: null }, ...sentBy(dashboardId) },
    orderBy: { dueAtMs: 'asc' },
    select: { dueAtMs: true },
  });
  return row?.dueAtMs ?? null;
}

/**
 * Takes one that is due for a dashboard, until a moment (Unix ms) at which it is due again: by then it is noted how it went.
 * False: another has taken it.
 */
export async function takeDelivery(
  store: Store,
  { runId, attempts }: DueDelivery,
  { nowMs, untilMs, dashboardId }: { nowMs: number; untilMs: number; dashboardId: string | null },
): Promise<boolean> {
  if (dashboardId === null) return true;
  const { count } = await store.webhookDelivery.updateMany({
    where: { runId, attempts, dueAtMs: { lte: nowMs } },
    data: { dueAtMs: untilMs },
  });
  return count > 0;
}

/** Notes how an attempt went: delivered, or why not and when it is tried again; `againAtMs` null: it is not. */
export async function noteAttempt(
  store: Store,
  runId: string,
  nowMs: number,
  failed: { why: Message; againAtMs: number | null } | null,
): Promise<void> {
  await store.webhookDelivery.updateMany({
    where: { runId },
    data: {
      attempts: { increment: 1 },
      lastTriedAtMs: nowMs,
      deliveredAtMs: failed ? null : nowMs,
      dueAtMs: failed?.againAtMs ?? null,
      failureJson: failed ? JSON.stringify(failed.why) : null,
    },
  });
}

/** Leaves one for later without an attempt. */
export async function postpone(store: Store, runId: string, dueAtMs: number): Promise<void> {
  await store.webhookDelivery.updateMany({ where: { runId }, data: { dueAtMs } });
}

/** Forgets one that is not to be sent after all. */
export async function dropDelivery(store: Store, runId: string): Promise<void> {
  await store.webhookDelivery.deleteMany({ where: { runId } });
}

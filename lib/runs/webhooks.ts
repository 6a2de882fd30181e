import { randomUUID } from 'node:crypto';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { variable } from '@/lib/environment/environment';
import { hasEnded } from '@/lib/model/life';
import { CodedError, message, messageOfError, type Message } from '@/lib/model/message';
import { type VerdictNews, type Webhook } from '@/lib/model/webhook';
import { boundedFetch } from '@/lib/outgoing/bounded-fetch';
import { publicOnly } from '@/lib/outgoing/private-address';
import { getStore, type Store } from '@/lib/store/client';
import { thisDashboard } from '@/lib/store/leases/this-dashboard';
import {
  dropDelivery,
  listDue,
  nextDueMs,
  noteAttempt,
  postpone,
  readWebhook,
  takeDelivery,
  type DueDelivery,
} from '@/lib/store/webhooks';
import { log } from '@/lib/telemetry/log.mjs';
import { breaksBuild } from '@/lib/verdict/judge';
import { forwardChanges } from './changes';
import { bodyOf, newsOf, signatureOf, testNews } from './webhook-body';

export { isPrivateUrl } from '@/lib/outgoing/private-address';

const bounds = { ms: 10_000, bytes: 64 * 2 ** 10 };
/** After each failed attempt so long until the next; then it is given up. */
const againAfterMs = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 28_800_000];
/** What waited for longer is no news any more, such as after a long time in which nothing ran. */
const mostAgeMs = 3 * 86_400_000;
/** A run is noted to be told just before it has ended. */
const untilEndedMs = 2000;

/** Longer than one takes: a dashboard that ends meanwhile leaves it to the others then. */
const mostSendingMs = 60_000;

/** An answer by which trying again does not help. */
class Refused extends CodedError {}

/** Sends a body to a webhook. Throws a CodedError that says what to do; neither address nor secret is in it. */
async function send(webhook: Webhook, id: string, news: VerdictNews): Promise<void> {
  const url = new URL(webhook.url);
  const body = bodyOf(news, webhook.format);
  const { status } = await boundedFetch(url, bounds, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'scaletrace',
      ...signatureOf(webhook.secret, id, news.sentAtMs, body),
    },
    body,
    ...(webhook.privateAllowed ? {} : { agent: publicOnly(url) }),
  });
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) throw new Refused(message('reasons.webhook-redirect', { status }));
  if (status === 401 || status === 403 || status === 404 || status === 410)
    throw new Refused(message('reasons.webhook-unknown', { status }));
  if (status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429)
    throw new Refused(message('reasons.webhook-refused', { status }));
  throw new CodedError(message('reasons.webhook-answered', { status }));
}

/** Why a sending failed, without the address, which is a secret: a library's own words may name it. */
function whyOf(error: unknown, { url }: Webhook): Message {
  const said = messageOfError(error);
  const { host, pathname, search } = new URL(url);
  const tells = JSON.stringify(said.data);
  const isTold = [url, pathname, search].some((part) => part.length > 1 && tells.includes(part));
  return isTold ? message('reasons.webhook-unreachable', { host }) : said;
}

/** Sends a test to the webhook of a service. Null where it was taken, else why not. */
export async function sendTest(webhook: Webhook, service: VerdictNews['service']): Promise<Message | null> {
  try {
    await send(webhook, randomUUID(), testNews(service, Date.now()));
    return null;
  } catch (error) {
    return whyOf(error, webhook);
  }
}

/** Sends what is due, one after the other; when the next is due, null for none. */
export async function sendDue(
  store: Store,
  nowMs: () => number,
  dashboardId: string | null = thisDashboard(),
): Promise<number | null> {
  for (const due of await listDue(store, nowMs(), dashboardId)) {
    const now = nowMs();
    if (await takeDelivery(store, due, { nowMs: now, untilMs: now + mostSendingMs, dashboardId }))
      await deliver(store, due, nowMs);
  }
  return nextDueMs(store, dashboardId);
}

async function deliver(
  store: Store,
  { runId, serviceId, createdAtMs, attempts }: DueDelivery,
  nowMs: () => number,
): Promise<void> {
  const webhook = readWebhook(serviceId);
  const run = webhook && (await findJudgedRun(store, runId));
  if (run && !hasEnded(run.state)) return postpone(store, runId, nowMs() + untilEndedMs);
  if (!webhook || !run?.verdict) return dropDelivery(store, runId);
  if (webhook.when === 'failed' && !breaksBuild(run.verdict)) return dropDelivery(store, runId);
  try {
    await send(webhook, runId, newsOf(run, variable('SCALETRACE_URL'), nowMs()));
    await noteAttempt(store, runId, nowMs(), null);
  } catch (error) {
    const pauseMs = error instanceof Refused ? undefined : againAfterMs[attempts];
    const againAtMs = pauseMs === undefined ? null : nowMs() + pauseMs;
    const isOver = againAtMs === null || againAtMs - createdAtMs > mostAgeMs;
    await noteAttempt(store, runId, nowMs(), {
      why: whyOf(error, webhook),
      againAtMs: isOver ? null : againAtMs,
    });
  }
}

/** The longest that a timer waits: a clock that was set, or a row of before, is found by then. */
const mostPauseMs = 600_000;
/** Where another dashboard may end without having sent what it noted. */
const mostPauseAmongMs = 30_000;
const shared = globalThis as typeof globalThis & { scaletraceWebhooks?: true };

/** Begins to send verdicts in this process, once: those that wait from before, then each as its run ends. */
export function startWebhooks(): void {
  if (shared.scaletraceWebhooks) return;
  shared.scaletraceWebhooks = true;
  let timer: NodeJS.Timeout | undefined;
  let underWay = false;
  let asked = false;
  const pass = async (): Promise<void> => {
    asked = true;
    if (underWay) return;
    underWay = true;
    clearTimeout(timer);
    let nextMs: number | null = null;
    while (asked) {
      asked = false;
      nextMs = await getStore()
        .then((store) => sendDue(store, Date.now))
        .catch((error: unknown) => {
          log.error({ code: messageOfError(error).code }, 'webhooks');
          return null;
        });
    }
    underWay = false;
    const mostMs = thisDashboard() === null ? mostPauseMs : mostPauseAmongMs;
    const pauseMs = nextMs === null ? mostMs : Math.min(mostMs, Math.max(200, nextMs - Date.now()));
    timer = setTimeout(() => void pass(), pauseMs);
    timer.unref();
  };
  forwardChanges((_runId, change) => {
    if (change === 'run') void pass();
  });
  void pass();
}

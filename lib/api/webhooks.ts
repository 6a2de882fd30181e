import { z } from 'zod';
import { type Caller } from '@/lib/identity/caller';
import { message, messageSchema } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { isAtLeast } from '@/lib/model/role';
import { webhookInputSchema, webhookShownSchema, type Webhook, type WebhookInput } from '@/lib/model/webhook';
import { isPrivateUrl, sendTest } from '@/lib/runs/webhooks';
import { getStore } from '@/lib/store/client';
import { changeSecrets, refuseUnshared, requireSeen, seenVersionSchema } from '@/lib/store/secret-files';
import { findService } from '@/lib/store/services';
import {
  completeWebhook,
  readWebhook,
  shownWebhook,
  shownWebhooks,
  writeWebhook,
} from '@/lib/store/webhooks';
import { english } from '@/lib/words/english';
import { found } from './problem';
import { nothing, route } from './route';

const bodySchema = z.strictObject({ webhook: webhookInputSchema });
/** The version that was shown to who changes it, null where none was set; left out: whatever is set is replaced. */
const seenSchema = seenVersionSchema.nullable().optional();

/** The webhook as it would be stored. An address within is an admin's to choose: others could ask what only this machine reaches. */
function entered(id: string, input: WebhookInput, caller: Caller): Webhook {
  const webhook = completeWebhook(id, input, isAtLeast(caller.role ?? 'viewer', 'admin'));
  if (!webhook.privateAllowed && isPrivateUrl(new URL(webhook.url)))
    throw new Problem(
      'problems.webhook-private',
      {},
      { errors: [{ path: 'webhook.url', said: message('validation.webhook-private') }] },
    );
  return webhook;
}

/** The webhooks that are told the verdicts of services' runs: what is sent is `verdictNewsSchema`. */
export const webhooks = [
  route(
    'GET /api/services/webhooks',
    {
      summary:
        'The webhooks of services by the service’s id, without address and secret, each with how its last sending went.',
      access: 'runner',
      answers: { 200: z.object({ webhooks: z.record(z.string(), webhookShownSchema) }) },
    },
    async () => ({ webhooks: await shownWebhooks(await getStore()) }),
  ),
  route(
    'PUT /api/services/{id}/webhook',
    {
      summary:
        'Set the webhook that is told the verdicts of the service’s runs. An address or secret that is not sent stays as it was; private addresses are an admin’s to set. Refused where another than the `version` that was shown is set.',
      access: 'runner',
      audit: 'webhook.set',
      body: bodySchema.extend({ version: seenSchema }),
      answers: { 200: z.object({ webhook: webhookShownSchema }) },
    },
    async ({ params: { id }, body, caller, note }) => {
      const store = await getStore();
      found('service', await findService(store, id));
      await refuseUnshared(store);
      const webhook = await changeSecrets(store, () => {
        requireSeen(readWebhook(id), body.version);
        return writeWebhook(id, entered(id, body.webhook, caller));
      });
      const shown = await shownWebhook(store, id, webhook!);
      const { host, format, when, hasSecret } = shown;
      note({ target: id, detail: { host, format, when, hasSecret } });
      return { webhook: shown };
    },
  ),
  route(
    'DELETE /api/services/{id}/webhook',
    {
      summary: 'Tell the verdicts of the service’s runs to no webhook.',
      access: 'runner',
      audit: 'webhook.remove',
      query: z.object({ version: seenVersionSchema.optional() }),
      answers: { 204: nothing('Removed.') },
    },
    async ({ params: { id }, query }) =>
      changeSecrets(await getStore(), () => {
        requireSeen(readWebhook(id), query.version);
        writeWebhook(id, null);
      }),
  ),
  route(
    'POST /api/services/{id}/webhook/test',
    {
      summary:
        'Send a test to a webhook: the one that is given, or, in what is left out, the one that is set. Saves nothing.',
      access: 'runner',
      audit: false,
      body: bodySchema.partial(),
      answers: {
        200: z.object({
          /** Null: it was taken. */
          why: messageSchema.extend({ text: z.string() }).nullable(),
        }),
      },
    },
    async ({ params: { id }, body, caller }) => {
      const { name, namespace } = found('service', await findService(await getStore(), id));
      const webhook = body.webhook ? entered(id, body.webhook, caller) : found('webhook', readWebhook(id));
      const why = await sendTest(webhook, { name, namespace });
      return { why: why && { ...why, text: english(why) } };
    },
  ),
] as const;

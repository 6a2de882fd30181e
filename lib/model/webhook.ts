import { z } from 'zod';
import { protocolSchema } from './protocol';
import { httpUrl } from './service-input';
import { messageSchema } from './message';
import { runStateSchema } from './life';
import { verdictCheckSchema, verdictOutcomeSchema } from './verdict';

/** `json`: `verdictNewsSchema`; `slack`: a message for Slack's incoming webhooks. */
export const webhookFormatSchema = z.enum(['json', 'slack']);
/** `failed`: only of runs that stop a build (`breaksBuild`): whose verdict is fail, or that were stopped or interrupted before their end. */
export const webhookWhenSchema = z.enum(['always', 'failed']);

/** A webhook as it is set. `url` and `secret` left out stay as they were. */
export const webhookInputSchema = z.strictObject({
  url: httpUrl.max(2000).optional(),
  /** Signs what is sent; empty: nothing is signed. */
  secret: z.string().max(500).optional(),
  format: webhookFormatSchema.default('json'),
  when: webhookWhenSchema.default('always'),
});
export type WebhookInput = z.output<typeof webhookInputSchema>;

/** A webhook with its secrets. */
export const webhookSchema = z.object({
  url: z.string(),
  secret: z.string(),
  format: webhookFormatSchema,
  when: webhookWhenSchema,
  /** Who set it may have this machine and private networks asked. */
  privateAllowed: z.boolean(),
});
export type Webhook = z.infer<typeof webhookSchema>;

/** How the sending of a verdict went, by the last attempt. Times in Unix ms. */
export const deliverySchema = z.object({
  runId: z.string(),
  /** `waiting`: it is tried (again) at `dueAtMs`; `failed`: it is tried no more. */
  state: z.enum(['delivered', 'waiting', 'failed']),
  attempts: z.number().int(),
  lastTriedAtMs: z.number().nullable(),
  dueAtMs: z.number().nullable(),
  /** Why the last attempt failed; null: it did not. */
  failure: messageSchema.extend({ text: z.string() }).nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/** What may be shown of a webhook: never its address or its secret. */
export const webhookShownSchema = webhookSchema.pick({ format: true, when: true }).extend({
  /** Host and port of the address. */
  host: z.string(),
  hasSecret: z.boolean(),
  /** To be sent with a change of it: a later one is not replaced unseen. */
  version: z.string(),
  /** The last verdict that was sent, or is to be; null: none yet. */
  last: deliverySchema.nullable(),
});
export type WebhookShown = z.infer<typeof webhookShownSchema>;

/** Body of a webhook of format `json`. Durations in ms, times in Unix ms; secrets of the run are masked. */
export const verdictNewsSchema = z.object({
  type: z.enum(['run.verdict', 'test']),
  sentAtMs: z.number(),
  /** Null in a test. */
  run: z
    .object({
      id: z.string(),
      name: z.string(),
      state: runStateSchema,
      scriptName: z.string(),
      /** What its requests are. */
      protocols: z.array(protocolSchema),
      originMs: z.number().nullable(),
      endedAtMs: z.number().nullable(),
      /** Its page. */
      url: z.string(),
    })
    .nullable(),
  service: z.object({ name: z.string(), namespace: z.string() }),
  verdict: z
    .object({
      outcome: verdictOutcomeSchema,
      /** The verdict in one sentence, in English. */
      text: z.string(),
      /** What it is judged by; all that failed or is in doubt, and what passed. */
      checks: z.array(verdictCheckSchema.pick({ subject: true, outcome: true }).extend({ text: z.string() })),
    })
    .nullable(),
  figures: z
    .object({
      requests: z.number().nullable(),
      failures: z.number().nullable(),
      requestsPerSecond: z.number().nullable(),
      p50Ms: z.number().nullable(),
      p95Ms: z.number().nullable(),
      p99Ms: z.number().nullable(),
      peakReadyPods: z.number().nullable(),
      /** At least so long where `worstIncidentOpen`: it had not ended. */
      worstIncidentMs: z.number().nullable(),
      worstIncidentOpen: z.boolean().nullable(),
      slowRequests: z.number().nullable(),
      podSeconds: z.number().nullable(),
      idleShare: z.number().nullable(),
    })
    .nullable(),
});
export type VerdictNews = z.infer<typeof verdictNewsSchema>;

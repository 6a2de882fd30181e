import { z } from 'zod';

/** Times of their own, beside the requests'. */
export const protocolTimes = [
  'connect',
  'firstMessage',
  'roundTrip',
  'firstByte',
  'firstToken',
  'perToken',
] as const;
export type ProtocolTime = (typeof protocolTimes)[number];

/** Requests that are alike: each kind is judged by its own latency. */
export const requestKinds = ['http', 'unary', 'stream', 'websocket'] as const;
export type RequestKind = (typeof requestKinds)[number];

const percentilesSchema = z.object({ count: z.number(), p50Ms: z.number(), p95Ms: z.number() });

/** What a run's protocols did beside its requests; null: the run has none of it. */
export const protocolFiguresSchema = z.object({
  /** gRPC calls and streams that ended, by the name of their status. */
  statuses: z.record(z.string(), z.number()).nullable(),
  /** Requests of each kind, where there are several. */
  kinds: z.array(percentilesSchema.extend({ kind: z.enum(requestKinds) })),
  mostStreams: z.number().nullable(),
  mostSessions: z.number().nullable(),
  messages: z
    .object({
      sent: z.number(),
      received: z.number(),
      sentPerSecond: z.number(),
      receivedPerSecond: z.number(),
    })
    .nullable(),
  tokens: z
    .object({ output: z.number(), prompt: z.number().nullable(), outputPerSecond: z.number() })
    .nullable(),
  /** Times in the order in which a user meets them. */
  times: z.array(percentilesSchema.extend({ time: z.enum(protocolTimes) })),
});
export type ProtocolFigures = z.infer<typeof protocolFiguresSchema>;

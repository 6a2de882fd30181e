import { z } from 'zod';
import { messageSchema } from './message';

/** The connections that a run of a service needs. */
const checkNameSchema = z.enum([
  'name',
  'gateway',
  'tls',
  'protocol',
  'client',
  'host',
  'ready',
  'pods',
  'concurrency',
  'config',
  'podautoscalers',
  'horizontalpodautoscalers',
  'revisions',
  'routes',
  'services',
  'deployments',
  'events',
  'nodes',
  'podmetrics',
  'autoscaler',
  'activator',
  'prometheus',
]);

/**
 * What a test of one connection found, as a code with its data, so that each language has words for it:
 * `answers` {status}, `routed` {status}, `asleep` (not asked, since a request would start a pod), `pods-unknown` (not asked, since one might), `not-routed` {host, status}, `pods` {pods}, `in-flight` {active, waiting},
 * `resolves` {name, addresses}, `no-name` {address}, `certificate` and `unverified` {subject, issuer, days}, `client-certificate` {subject, days}, `alpn` and `no-http2` {protocol}, `ready`, `littles-law`, `readable` {resource}, `scraped` {url, revisions, seconds}, `failed` {why}.
 */
export const connectionCheckSchema = z.object({
  name: checkNameSchema,
  ok: z.boolean(),
  /** A run can do without it, and says what it then does not know. */
  optional: z.boolean().optional(),
  code: z.enum([
    'answers',
    'routed',
    'asleep',
    'pods-unknown',
    'not-routed',
    'pods',
    'in-flight',
    'resolves',
    'no-name',
    'certificate',
    'unverified',
    'client-certificate',
    'alpn',
    'no-http2',
    'ready',
    'littles-law',
    'readable',
    'scraped',
    'failed',
  ]),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Of `failed`: its `why`, which is English, as a code. */
  why: messageSchema.optional(),
});
export type ConnectionCheck = z.infer<typeof connectionCheckSchema>;
export type CheckCode = ConnectionCheck['code'];

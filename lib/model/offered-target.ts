import { z } from 'zod';
import { messageSchema } from './message';

/** A name by which a gateway may be asked for a service. */
const offeredHostSchema = z.object({
  host: z.string(),
  /** The service's own URL, its name within the cluster, a DomainMapping, or a tag of its Route. */
  kind: z.enum(['url', 'cluster-local', 'domain', 'tag']),
  /** The tag, of that kind. */
  tag: z.string().nullable(),
  /** Whether its URL is `https://`. */
  isTls: z.boolean(),
});
export type OfferedHost = z.infer<typeof offeredHostSchema>;

const offeredGatewaySchema = z.object({
  /** Null: it has no address outside of the cluster. */
  url: z.string().nullable(),
  /** What told it: `scaletrace-gateway`, or a Service as `namespace/name`. */
  from: z.string(),
  /** Certificates in PEM to be trusted for it; null: none are named. */
  ca: z.string().nullable(),
});
export type OfferedGateway = z.infer<typeof offeredGatewaySchema>;

/** Where and by which names a cluster says that a service is reached, and what could not be read. */
export const offeredTargetsSchema = z.object({
  hosts: z.array(offeredHostSchema),
  gateways: z.array(offeredGatewaySchema),
  unread: z.array(messageSchema.extend({ text: z.string() })),
});
export type OfferedTargets = z.infer<typeof offeredTargetsSchema>;

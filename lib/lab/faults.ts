import { z } from 'zod';

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/**
 * Faults that can be switched on while the lab runs, as the data of the ConfigMap
 * knative-serving/scaletrace-lab-faults, so that expected and observed scaling differ.
 */
export const faultsSchema = z.strictObject({
  /** Each new pod takes this much longer until it is ready. */
  podStartDelayMs: z.coerce.number().min(0).max(600_000).default(0),
  /** The autoscaler gets no concurrency. */
  dropScrapes: flag,
  /** The autoscaler decides nothing. */
  freezeAutoscaler: flag,
  /** The autoscaler aims at the target times this. */
  targetFactor: z.coerce.number().positive().max(100).default(1),
  /** A ready pod is killed this often; 0: never. */
  crashPodEveryMs: z.coerce.number().min(0).max(3_600_000).default(0),
});
export type Faults = z.infer<typeof faultsSchema>;

export const noFaults: Faults = faultsSchema.parse({});

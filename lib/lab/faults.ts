import { z } from 'zod';

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
const durationMs = z.coerce.number().min(0).max(600_000).default(0);

/**
 * Faults that can be switched on while the lab runs, as the data of the ConfigMap
 * knative-serving/scaletrace-lab-faults, so that expected and observed scaling differ.
 */
export const faultsSchema = z.strictObject({
  /** Each new pod takes this much longer until it is ready. */
  podStartDelayMs: durationMs,
  /** A node's first pull of an image takes this long; each change makes the nodes forget their images. */
  imagePullMs: durationMs,
  /** So many pods have room on a node; the others wait for a new one. 0: no limit. */
  podsPerNode: z.coerce.number().int().min(0).max(1000).default(0),
  /** A new node is ready this long after a pod had no room. */
  newNodeMs: z.coerce.number().min(0).max(600_000).default(8000),
  /** Each container's readiness probe fails for so long. */
  failReadinessMs: durationMs,
  /** So often each new pod's container ends with exit code 1 before it holds; from the second time on it backs off. */
  crashStarts: z.coerce.number().int().min(0).max(10).default(0),
  /** So often each new pod's container is killed as out of memory (exit code 137) before it holds. */
  oomStarts: z.coerce.number().int().min(0).max(10).default(0),
  /** The autoscaler gets no concurrency. */
  dropScrapes: flag,
  /** The API serves no metrics.k8s.io, as a cluster without metrics-server. */
  noPodMetrics: flag,
  /** The autoscaler decides nothing. */
  freezeAutoscaler: flag,
  /** The autoscaler's decisions come this late. */
  autoscalerDelayMs: z.coerce.number().min(0).max(120_000).default(0),
  /** The autoscaler aims at the target times this. */
  targetFactor: z.coerce.number().positive().max(100).default(1),
  /** A ready pod's process is killed this often; 0: never. */
  crashPodEveryMs: z.coerce.number().min(0).max(3_600_000).default(0),
  /** All watches' bytes are held back for this long, once, from the change on. */
  stallWatchMs: durationMs,
});
export type Faults = z.infer<typeof faultsSchema>;

export const noFaults: Faults = faultsSchema.parse({});

import { z } from 'zod';
import { type KubeObject } from './object-store';
import { type PodProtocol } from './pod-connections';
import { probeSchema } from './probes';

const stringMap = z.record(z.string(), z.string());
const envSchema = z.strictObject({ name: z.string().min(1), value: z.string().default('') });
const containerSchema = z.strictObject({
  name: z.string().optional(),
  image: z.string().min(1).optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(envSchema).default([]),
  ports: z
    .array(z.looseObject({ name: z.string().optional(), containerPort: z.number().int().optional() }))
    .optional(),
  resources: z.looseObject({}).optional(),
  readinessProbe: probeSchema.optional(),
  livenessProbe: probeSchema.optional(),
  startupProbe: probeSchema.optional(),
  imagePullPolicy: z.string().optional(),
  securityContext: z.looseObject({}).optional(),
});
const metadataSchema = z.looseObject({
  name: z.string().optional(),
  namespace: z.string().optional(),
  labels: stringMap.optional(),
  annotations: stringMap.optional(),
});

/** Where a part of the requests goes: to a revision by its name, or to the latest that is ready. */
const trafficTargetSchema = z.strictObject({
  revisionName: z.string().optional(),
  configurationName: z.string().optional(),
  latestRevision: z.boolean().optional(),
  percent: z.number().int().optional(),
  tag: z.string().optional(),
  url: z.string().optional(),
});

const templateSchema = z.strictObject({
  metadata: metadataSchema.optional(),
  spec: z.strictObject({
    containerConcurrency: z.number().int().optional(),
    timeoutSeconds: z.number().int().optional(),
    serviceAccountName: z.string().optional(),
    containers: z.array(containerSchema),
  }),
});

/** The revisions of a service that outlive the lab's process: the newest, how many there have been, and those before it. */
export const keptRevisionsSchema = z.object({
  created: z.string(),
  generation: z.number().int(),
  older: z.array(z.object({ name: z.string(), template: templateSchema })),
});
export type KeptRevisions = z.infer<typeof keptRevisionsSchema>;

/** The part of a Knative Service that the lab honours; other fields are refused by name. */
export const knativeServiceSchema = z.looseObject({
  apiVersion: z.literal('serving.knative.dev/v1'),
  kind: z.literal('Service'),
  metadata: metadataSchema.extend({ name: z.string() }),
  spec: z.strictObject({
    template: templateSchema,
    traffic: z.array(trafficTargetSchema).optional(),
  }),
});
export type KnativeService = KubeObject & z.infer<typeof knativeServiceSchema>;

/** What the container speaks, as its port's name says (Knative's runtime contract). */
export function protocolOf(service: KnativeService): PodProtocol {
  return service.spec.template.spec.containers[0]?.ports?.[0]?.name === 'h2c' ? 'h2c' : 'http1';
}

/**
 * The lab's ConfigMap config-autoscaler: services start at 0 pods, so that the first run already shows a scale from
 * zero. Everything else is Knative's default.
 */
export const labAutoscalerConfig: Record<string, string> = {
  'initial-scale': '0',
  'allow-zero-initial-scale': 'true',
};

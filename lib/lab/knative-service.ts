import { z } from 'zod';
import { resolveConfig } from '@/lib/autoscaling';
import { type KubeObject } from './object-store';
import { probeSchema } from './probes';
import { english } from '@/lib/words/english';

const stringMap = z.record(z.string(), z.string());
const envSchema = z.strictObject({ name: z.string().min(1), value: z.string().default('') });
const containerSchema = z.strictObject({
  name: z.string().optional(),
  image: z.string().min(1).optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(envSchema).default([]),
  ports: z.array(z.looseObject({ containerPort: z.number() })).optional(),
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

/** The part of a Knative Service that the lab honours; other fields are refused by name. */
export const knativeServiceSchema = z.looseObject({
  apiVersion: z.literal('serving.knative.dev/v1'),
  kind: z.literal('Service'),
  metadata: metadataSchema.extend({
    name: z
      .string()
      .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a DNS label: lower case letters, digits and -'),
  }),
  spec: z.strictObject({
    template: z.strictObject({
      metadata: metadataSchema.optional(),
      spec: z.strictObject({
        containerConcurrency: z.number().int().min(0).max(1000).optional(),
        timeoutSeconds: z.number().int().min(0).max(600).optional(),
        serviceAccountName: z.string().optional(),
        containers: z.array(containerSchema).length(1, 'the lab runs exactly one container a pod'),
      }),
    }),
    traffic: z.array(z.looseObject({})).optional(),
  }),
});
export type KnativeService = KubeObject & z.infer<typeof knativeServiceSchema>;

export interface FieldCause {
  field: string;
  message: string;
  reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueNotSupported';
}

/** What Knative's webhook would refuse of an object, field by field, and what only the lab cannot run. */
export function validateService(object: unknown): FieldCause[] {
  const parsed = knativeServiceSchema.safeParse(object);
  if (!parsed.success) {
    return parsed.error.issues.flatMap((issue): FieldCause[] => {
      const path = fieldPath(issue.path);
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => ({
          field: path ? `${path}.${key}` : key,
          message: 'must not set the field(s): the lab does not know it',
          reason: 'FieldValueNotSupported',
        }));
      const missing = issue.code === 'invalid_type' && valueAt(object, issue.path) === undefined;
      return [
        {
          field: path,
          message: missing ? 'missing field(s)' : issue.message,
          reason: missing ? 'FieldValueRequired' : 'FieldValueInvalid',
        },
      ];
    });
  }
  const causes: FieldCause[] = [];
  const { template } = parsed.data.spec;
  const annotations = template.metadata?.annotations ?? {};
  for (const problem of resolveConfig({
    annotations,
    containerConcurrency: template.spec.containerConcurrency ?? 0,
    configMap: labAutoscalerConfig,
  }).problems) {
    causes.push({
      field: `spec.template.metadata.annotations[${problem.annotation}]`,
      message: `invalid value: ${problem.value}: ${english(problem)}`,
      reason: 'FieldValueInvalid',
    });
  }
  const container = template.spec.containers[0]!;
  if (!container.command && !/(^|\/)helloworld-go(:|@|$)/.test(container.image ?? '')) {
    causes.push({
      field: 'spec.template.spec.containers[0].image',
      message: 'the lab runs no images: use helloworld-go, or give a command that listens on $PORT',
      reason: 'FieldValueNotSupported',
    });
  }
  return causes;
}

/**
 * The lab's ConfigMap config-autoscaler: services start at 0 pods, so that the first run already shows a scale from
 * zero. Everything else is Knative's default.
 */
export const labAutoscalerConfig: Record<string, string> = {
  'initial-scale': '0',
  'allow-zero-initial-scale': 'true',
};

function fieldPath(path: PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    .join('.')
    .replace(/\.\[/g, '[');
}

function valueAt(object: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    object,
  );
}

import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type ClusterState } from './cluster-state';
import { missingField, printErrors, type FieldError } from './field-errors';
import { type Gateway } from './gateway';
import { type KubeObject } from './object-store';
import { summedUp, withTimes, type Condition, type ConditionState } from './objects/conditions';
import { StatusError } from './status';

const clusterDomain = 'cluster.local';
const domain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;

const domainMappingSchema = z.looseObject({
  apiVersion: z.literal('serving.knative.dev/v1beta1'),
  kind: z.literal('DomainMapping'),
  metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    ref: z.strictObject({
      kind: z.string().default(''),
      name: z.string().default(''),
      namespace: z.string().optional(),
      apiVersion: z.string().optional(),
      group: z.string().optional(),
    }),
    tls: z.strictObject({ secretName: z.string() }).optional(),
  }),
});
export type DomainMapping = KubeObject & z.infer<typeof domainMappingSchema>;

/** Domains of the user's own for services: each is the service's host too, and stands in the gateway's certificate. */
export class DomainMappings {
  constructor(
    private readonly cluster: ClusterState,
    private readonly gateway: Gateway,
    /** Resolves when the gateway's certificate has all domains. */
    private readonly certified: () => Promise<void>,
    /** Where they are kept over a restart. */
    private readonly keptIn: string,
  ) {}

  /** Takes what was kept, and follows from now on what becomes of mappings and services. */
  start(): void {
    for (const kept of readKept(this.keptIn))
      if (this.cluster.namespaces.get('', kept.metadata.namespace)) this.cluster.domainMappings.create(kept);
    this.cluster.domainMappings.subscribe(({ type, object }) => {
      if (type === 'DELETED') this.gateway.unalias(object.metadata.name);
      this.keep();
      void this.certified().then(() => this.reconcile());
    });
    this.cluster.services.subscribe(({ type }) => {
      if (type !== 'MODIFIED') this.reconcile();
    });
    void this.certified().then(() => this.reconcile());
  }

  /** A DomainMapping as it is stored. Throws StatusError, in the words of Knative's webhook (pkg/apis/serving/v1beta1). */
  admit(object: KubeObject, old: KubeObject | undefined): KubeObject {
    const parsed = domainMappingSchema.safeParse(object);
    if (!parsed.success)
      throw new StatusError(
        422,
        'Invalid',
        `DomainMapping.serving.knative.dev "${object.metadata.name}" is invalid: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
        { name: object.metadata.name, group: 'serving.knative.dev', kind: 'DomainMapping' },
      );
    const mapping = parsed.data as DomainMapping;
    const errors = errorsOf(mapping);
    if (errors.length > 0)
      throw new StatusError(
        400,
        'BadRequest',
        `admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: ${printErrors(errors)}`,
      );
    const spec = { ...mapping.spec, ref: { ...mapping.spec.ref, namespace: mapping.metadata.namespace } };
    const changed = JSON.stringify(old?.spec) !== JSON.stringify(spec);
    return {
      ...mapping,
      metadata: {
        ...mapping.metadata,
        generation: (old?.metadata.generation ?? 0) + (changed ? 1 : 0),
      },
      spec,
    };
  }

  /** Writes how far each has come, and routes those that are ready. */
  private reconcile(): void {
    const { domainMappings } = this.cluster;
    for (const mapping of domainMappings.list()) {
      const { name, namespace, generation } = mapping.metadata;
      const owner = domainMappings.list().find((other) => other.metadata.name === name);
      const claimed = owner?.metadata.namespace === namespace;
      const { ref } = mapping.spec;
      const resolved = this.isThere(mapping);
      if (claimed && resolved) this.gateway.alias(name, `${ref.name}.${namespace}.example.com`);
      else if (claimed) this.gateway.unalias(name);
      const before = (mapping.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
      const status = {
        observedGeneration: generation,
        url: `http://${name}`,
        address: { url: `http://${name}` },
        conditions: withTimes(before, summedUp(conditionsOf(mapping, claimed, resolved))),
      };
      if (JSON.stringify(status) !== JSON.stringify(mapping.status))
        domainMappings.update({ ...mapping, status });
    }
  }

  private isThere({ metadata, spec: { ref } }: DomainMapping): boolean {
    const group = ref.group ?? ref.apiVersion?.split('/')[0];
    return (
      ref.kind === 'Service' &&
      group === 'serving.knative.dev' &&
      this.cluster.services.get(metadata.namespace, ref.name) !== undefined
    );
  }

  private keep(): void {
    const mappings = this.cluster.domainMappings.list();
    writeFileSync(this.keptIn, JSON.stringify(mappings.map(({ status: _status, ...mapping }) => mapping)));
  }
}

/** domainmapping_validation.go, and KReference's own. */
function errorsOf({ metadata: { name, namespace }, spec: { ref } }: DomainMapping): FieldError[] {
  const inName = (words: string): FieldError => ({
    message: `invalid name "${name}": ${words}`,
    paths: ['metadata.name'],
  });
  return [
    ...(domain.test(name) && name.length <= 253
      ? []
      : [
          inName(
            `name: Invalid value: "${name}": should be a domain with at least two segments separated by dots`,
          ),
        ]),
    ...(name.endsWith(`.${clusterDomain}`)
      ? [inName(`must not be a subdomain of cluster local domain "${clusterDomain}"`)]
      : []),
    ...(ref.kind === '' ? [missingField('spec.ref.kind')] : []),
    ...(ref.name === '' ? [missingField('spec.ref.name')] : []),
    ...((ref.apiVersion ?? ref.group) ? [] : [missingField('spec.ref.apiVersion')]),
    ...(ref.namespace !== undefined && ref.namespace !== namespace
      ? [
          {
            message: 'mismatched namespaces',
            paths: ['spec.ref.namespace'],
            details: `parent namespace: "${namespace}" does not match ref: "${ref.namespace}"`,
          },
        ]
      : []),
  ];
}

/** domainmapping_lifecycle.go. */
function conditionsOf(
  { spec: { ref, tls } }: DomainMapping,
  claimed: boolean,
  resolved: boolean,
): ConditionState[] {
  const ingress: ConditionState =
    claimed && resolved
      ? { type: 'IngressReady', status: 'True' }
      : {
          type: 'IngressReady',
          status: 'Unknown',
          reason: 'IngressNotConfigured',
          message: 'Ingress has not yet been reconciled.',
        };
  return [
    {
      type: 'CertificateProvisioned',
      status: 'True',
      reason: tls ? 'CertificateExternallyProvided' : 'TLSNotEnabled',
      message: tls ? 'TLS certificate was provided externally' : 'autoTLS is not enabled',
    },
    claimed
      ? { type: 'DomainClaimed', status: 'True' }
      : {
          type: 'DomainClaimed',
          status: 'False',
          reason: 'DomainAlreadyClaimed',
          message: 'The domain name is already in use by another DomainMapping',
        },
    ingress,
    resolved
      ? { type: 'ReferenceResolved', status: 'True' }
      : {
          type: 'ReferenceResolved',
          status: 'False',
          reason: 'ResolveFailed',
          message: `services.serving.knative.dev "${ref.name}" not found`,
        },
  ];
}

function readKept(file: string): DomainMapping[] {
  try {
    return z.array(domainMappingSchema).parse(JSON.parse(readFileSync(file, 'utf8'))) as DomainMapping[];
  } catch {
    return [];
  }
}

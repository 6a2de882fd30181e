import { resolveConfig } from '@/lib/autoscaling';
import { annotationKey } from '@/lib/autoscaling/config/annotations';
import { type ConfigRefusal } from '@/lib/model/config-problem';
import { english } from '@/lib/words/english';
import { invalidValue, missingField, outOfBounds, printErrors, type FieldError } from './field-errors';
import { knativeServiceSchema, labAutoscalerConfig, type KnativeService } from './knative-service';
import { type Probe } from './probes';
import { programOf, sampleNames } from './samples';
import { StatusError, type StatusCause } from './status';

const group = 'autoscaling.knative.dev';
/** Knative's defaults of config-defaults. */
const longestTimeoutSeconds = 600;
const mostConcurrency = 1000;
const int32 = 2147483647;
const dns1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const dns1035Words =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/**
 * A Knative Service as it is stored: refused, in their order, where the API server's strict decoding, the resource's schema
 * or Knative's webhook (pkg/apis/serving/v1) refuses it, with their own words, and where the lab cannot run it. Throws
 * StatusError.
 */
export function admitKnativeService(object: unknown, old?: KnativeService): KnativeService {
  const parsed = knativeServiceSchema.safeParse(object);
  if (!parsed.success) throw schemaError(object, parsed.error.issues);
  const service = parsed.data as KnativeService;
  const errors = [
    ...metadataErrors(service),
    ...templateErrors(service),
    ...trafficErrors(service),
    ...(old ? nameErrors(service, old) : []),
  ];
  if (errors.length > 0)
    throw new StatusError(
      400,
      'BadRequest',
      `admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: ${printErrors(errors)}`,
    );
  const refusal = labRefusal(service);
  if (refusal) throw invalidObject(object, [refusal]);
  return service;
}

function metadataErrors({ metadata }: KnativeService): FieldError[] {
  return [
    ...(dns1035.test(metadata.name) && metadata.name.length <= 63
      ? []
      : [invalidValue(`not a DNS 1035 label: [${dns1035Words}]`, 'metadata.name')]),
    ...Object.keys(metadata.annotations ?? {})
      .filter((key) => key.startsWith(group))
      .map((key) => ({
        message: `invalid key name "${key}"`,
        paths: ['metadata.annotations'],
        details: 'autoscaling annotations must be put under "spec.template.metadata.annotations" to work',
      })),
  ];
}

function templateErrors({ metadata, spec: { template } }: KnativeService): FieldError[] {
  const { containerConcurrency, timeoutSeconds, containers } = template.spec;
  const errors: FieldError[] = [];
  const at = 'spec.template.spec';
  const isWithin = (value: number | undefined, high: number): boolean =>
    value === undefined || (value >= 0 && value <= high);
  if (containers.length === 0) errors.push(missingField(`${at}.containers`));
  if (!isWithin(timeoutSeconds, longestTimeoutSeconds))
    errors.push(outOfBounds(timeoutSeconds, 0, longestTimeoutSeconds, `${at}.timeoutSeconds`));
  if (!isWithin(containerConcurrency, mostConcurrency))
    errors.push(outOfBounds(containerConcurrency, 0, mostConcurrency, `${at}.containerConcurrency`));
  containers.forEach((container, i) => {
    if (container.image === undefined && !container.command)
      errors.push(missingField(`${at}.containers[${i}].image`));
    errors.push(...portErrors(container.ports ?? [], `${at}.containers[${i}].ports`, at));
    if (container.readinessProbe)
      errors.push(...readinessErrors(container.readinessProbe, `${at}.containers[${i}].readinessProbe`));
    for (const kind of ['livenessProbe', 'startupProbe'] as const)
      if (container[kind])
        errors.push(...handlerErrors(container[kind], `${at}.containers[${i}].${kind}`, false));
  });
  const { name } = template.metadata ?? {};
  if (name !== undefined && !name.startsWith(`${metadata.name}-`))
    errors.push(
      invalidValue(`"${name}" must have prefix "${metadata.name}-"`, 'spec.template.metadata.name'),
    );
  const { problems } = resolveConfig({
    annotations: template.metadata?.annotations ?? {},
    containerConcurrency: Math.max(containerConcurrency ?? 0, 0),
    configMap: labAutoscalerConfig,
  });
  errors.push(...problems.map(annotationError));
  return errors;
}

/** pkg/apis/serving/k8s_validation.go. */
function portErrors(ports: readonly { name?: string }[], path: string, at: string): FieldError[] {
  if (ports.length > 1)
    return [
      {
        message: 'more than one container port is set',
        paths: [`${at}.containers[*].ports`],
        details: 'Only a single port is allowed across all containers',
      },
    ];
  return ports
    .filter(({ name = '' }) => !['', 'h2c', 'http1'].includes(name))
    .map(({ name }) => ({
      message: `Port name ${name} is not allowed`,
      paths: [path],
      details: "Name must be empty, or one of: 'h2c', 'http1'",
    }));
}

/** pkg/apis/serving/v1/route_validation.go. */
function trafficErrors({ spec: { traffic } }: KnativeService): FieldError[] {
  if (!traffic || traffic.length === 0) return [];
  const sum = traffic.reduce((all, { percent = 0 }) => all + percent, 0);
  return [
    ...traffic.flatMap(({ percent = 0 }, i) =>
      percent < 0 || percent > 100 ? [outOfBounds(percent, 0, 100, `spec.traffic[${i}].percent`)] : [],
    ),
    ...traffic.flatMap(({ revisionName, latestRevision }, i) =>
      revisionName && latestRevision ? [invalidValue('true', `spec.traffic[${i}].latestRevision`)] : [],
    ),
    ...(sum === 100 ? [] : [{ message: `Traffic targets sum to ${sum}, want 100`, paths: ['spec.traffic'] }]),
  ];
}

function readinessErrors(probe: Probe, at: string): FieldError[] {
  const { periodSeconds = 0, failureThreshold = 0, timeoutSeconds = 0 } = probe;
  const forbidden = (field: string): FieldError => ({
    message: `${field} is disallowed when periodSeconds is zero`,
    paths: [`${at}.${field}`],
  });
  return [
    ...handlerErrors(probe, at, true),
    ...(periodSeconds === 0 && failureThreshold !== 0 ? [forbidden('failureThreshold')] : []),
    ...(periodSeconds === 0 && timeoutSeconds !== 0 ? [forbidden('timeoutSeconds')] : []),
  ];
}

/** A readiness probe without a handler has one by default. */
function handlerErrors(probe: Probe, at: string, isDefaulted: boolean): FieldError[] {
  const handlers = (['httpGet', 'tcpSocket', 'exec', 'grpc'] as const).filter((kind) => probe[kind]);
  const errors = (
    [
      'initialDelaySeconds',
      'periodSeconds',
      'timeoutSeconds',
      'successThreshold',
      'failureThreshold',
    ] as const
  )
    .filter((field) => (probe[field] ?? 0) < 0)
    .map((field) => outOfBounds(probe[field], 0, int32, `${at}.${field}`));
  if (handlers.length > 1)
    errors.push({
      message: 'expected exactly one, got both',
      paths: handlers.map((handler) => `${at}.${handler}`),
    });
  if (handlers.length === 0 && !isDefaulted)
    errors.push({
      message: 'expected exactly one, got neither',
      paths: ['exec', 'grpc', 'httpGet', 'tcpSocket'].map((handler) => `${at}.${handler}`),
    });
  return errors;
}

/** What the calculation refuses of an annotation, in Knative's words (pkg/apis/autoscaling/annotation_validation.go). */
function annotationError(problem: ConfigRefusal): FieldError {
  const { annotation, value, code } = problem;
  const at = 'spec.template.metadata.annotations';
  const path = `${at}.${annotation}`;
  switch (code) {
    case 'config.max-below-min':
      return {
        message: english(problem),
        paths: [`${at}.${annotationKey('max-scale')}`, `${at}.${annotationKey('min-scale')}`],
      };
    case 'config.greater-than-0':
      return invalidValue(value, `${path} must be greater than 0`);
    case 'config.outside':
    case 'config.target-too-small':
    case 'config.second-precision':
    case 'config.min-above-activation':
    case 'config.max-below-activation':
    case 'config.activation-too-small':
      return { message: english(problem), paths: [path] };
    default:
      return invalidValue(value, path);
  }
}

/** A revision with a name of the user's own is not changed: another needs another name. */
function nameErrors({ spec: { template } }: KnativeService, old: KnativeService): FieldError[] {
  const name = template.metadata?.name;
  const before = old.spec.template;
  return name !== undefined &&
    name === before.metadata?.name &&
    JSON.stringify(template) !== JSON.stringify(before)
    ? [
        {
          message: 'Saw the following changes without a name change (-old +new)',
          paths: ['spec.template.metadata.name'],
          details: `-: ${JSON.stringify(before)}\n+: ${JSON.stringify(template)}`,
        },
      ]
    : [];
}

/** What a real Knative runs and the lab cannot. */
function labRefusal({ spec: { template } }: KnativeService): StatusCause | null {
  const { containers } = template.spec;
  const [container] = containers;
  if (containers.length > 1)
    return {
      field: 'spec.template.spec.containers',
      message: 'the lab runs exactly one container a pod',
      reason: 'FieldValueNotSupported',
    };
  return container!.command || programOf(container!.image ?? '') !== null
    ? null
    : {
        field: 'spec.template.spec.containers[0].image',
        message: `the lab runs no images: use one of its samples (${sampleNames.join(', ')}), or give a command that listens on $PORT`,
        reason: 'FieldValueNotSupported',
      };
}

type Issue = NonNullable<ReturnType<typeof knativeServiceSchema.safeParse>['error']>['issues'][number];

/** What strict decoding says of fields that it does not know, or the resource's schema of wrong types. */
function schemaError(object: unknown, issues: readonly Issue[]): StatusError {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `unknown field "${fieldPath([...issue.path, key])}"`)
      : [],
  );
  if (unknown.length > 0)
    return new StatusError(
      400,
      'BadRequest',
      `Service in version "v1" cannot be handled as a Service: strict decoding error: ${unknown.join(', ')}`,
    );
  return invalidObject(
    object,
    issues.map((issue): StatusCause => {
      const field = fieldPath(issue.path);
      const value = valueAt(object, issue.path);
      if (value === undefined) return { field, message: 'Required value', reason: 'FieldValueRequired' };
      const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
      const wanted = issue.code === 'invalid_type' ? issue.expected.replace(/^(number|int)$/, 'integer') : '';
      return {
        field,
        message:
          issue.code === 'invalid_type'
            ? `Invalid value: "${found}": ${field} in body must be of type ${wanted.replace('record', 'object')}: "${found}"`
            : `Invalid value: ${JSON.stringify(value)}: ${issue.message}`,
        reason: issue.code === 'invalid_type' ? 'FieldValueTypeInvalid' : 'FieldValueInvalid',
      };
    }),
  );
}

function invalidObject(object: unknown, causes: StatusCause[]): StatusError {
  const given = valueAt(object, ['metadata', 'name']);
  const name = typeof given === 'string' ? given : '';
  const words = causes.map(({ field, message }) => `${field}: ${message}`);
  return new StatusError(
    422,
    'Invalid',
    `Service.serving.knative.dev "${name}" is invalid: ${words.length > 1 ? `[${words.join(', ')}]` : words.join('')}`,
    { name, group: 'serving.knative.dev', kind: 'Service', causes },
  );
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    .join('.')
    .replace(/\.\[/g, '[');
}

function valueAt(object: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    object,
  );
}

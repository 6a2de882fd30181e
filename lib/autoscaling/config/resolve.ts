import {
  Annotations,
  annotationKey,
  annotationProblems,
  hpaClass,
  kpaClass,
  mpaClass,
  type AnnotationName,
} from './annotations';
import { type ClusterConfig, parseConfigMap, rpsTargetUtilization, targetMin } from './cluster-config';
import {
  type AutoscalerClass,
  type AutoscalerConfig,
  type ConcurrencyFrom,
  type ConfigField,
  type ConfigSource,
  tickMsOf,
} from '@/lib/model/autoscaler-config';
import { roundHalfAway } from './go-values';
import { knativeHpaSpec } from '@/lib/autoscaling/hpa/knative-hpa';
import { type ConfigRefusal } from '@/lib/model/config-problem';
import { message, type Message } from '@/lib/model/message';

export interface ResolvedConfig {
  config: AutoscalerConfig;
  /** What Knative's webhook would refuse, by annotation or ConfigMap key. */
  problems: ConfigRefusal[];
  /** Where each value comes from. */
  sources: Record<ConfigField, ConfigSource>;
  /** What we assume or read in our own way, in words for the page: MPA's rules, a class that we cannot calculate. */
  assumptions: Message[];
}

/** How MPA is read here: nothing but its class name and purpose is documented. */
const mpaAssumptions: readonly Message[] = [
  message('assumptions.mpa-calculation'),
  message('assumptions.mpa-no-activator'),
  message('assumptions.mpa-webhook'),
];

/**
 * A revision's autoscaling configuration from its annotations, its `containerConcurrency` (0: no limit) and the
 * cluster's `config-autoscaler` (spec, section 1.3). Never throws: an annotation that does not parse falls back to the
 * cluster's value as in Knative, and whatever the webhook would refuse is named in `problems`.
 * `mpaUtilization` is a fraction, 1 by default; `concurrencyFrom` is of class kpa on concurrency alone.
 */
export function resolveConfig(input: {
  annotations: Readonly<Record<string, string>>;
  containerConcurrency: number;
  configMap?: Readonly<Record<string, string>>;
  mpaUtilization?: number;
  concurrencyFrom?: ConcurrencyFrom;
  reachable?: boolean;
  progressDeadlineMs?: number;
}): ResolvedConfig {
  const { cluster, problems: clusterProblems, given } = parseConfigMap(input.configMap ?? {});
  const annotations = new Annotations(input.annotations);
  const problems = [...clusterProblems, ...annotationProblems(annotations, cluster)];
  const reachable = input.reachable ?? true;
  const { class: autoscalerClass, assumptions } = resolveClass(annotations, cluster);

  const sources: Partial<Record<ConfigField, ConfigSource>> = {};
  const from = <T>(
    field: ConfigField,
    name: AnnotationName,
    annotated: T | null,
    clusterField: keyof ClusterConfig | null,
    fallback: T,
  ): T => {
    const found = annotations.get(name);
    if (annotated !== null && found) sources[field] = { kind: 'annotation', key: found.key };
    else if (clusterField && given.has(clusterField))
      sources[field] = { kind: 'config-map', key: given.get(clusterField) ?? null };
    else sources[field] = { kind: 'default', key: null };
    return annotated ?? fallback;
  };

  const metric =
    autoscalerClass === 'mpa'
      ? 'concurrency'
      : from(
          'metric',
          'metric',
          annotations.text('metric'),
          null,
          autoscalerClass === 'hpa' ? 'cpu' : 'concurrency',
        );
  const kpaOnGateway =
    autoscalerClass === 'kpa' && metric === 'concurrency' && input.concurrencyFrom === 'gateway';
  const onGateway = autoscalerClass === 'mpa' || kpaOnGateway;
  if (kpaOnGateway) {
    sources.concurrencyFrom = { kind: 'setting', key: null };
    assumptions.push(message('assumptions.kpa-gateway'), message('assumptions.mpa-no-activator'));
  }
  const { targetValue, totalValue } = resolveTarget({
    autoscalerClass,
    metric,
    annotations,
    cluster,
    containerConcurrency: input.containerConcurrency,
    mpaUtilization: input.mpaUtilization ?? 1,
  });
  sources.totalValue = targetSource(
    annotations,
    'target',
    input.containerConcurrency > 0 && metric !== 'rps'
      ? { kind: 'spec', key: 'containerConcurrency' }
      : { kind: 'default', key: null },
  );
  sources.targetValue = targetSource(
    annotations,
    'target-utilization-percentage',
    autoscalerClass === 'mpa' && input.mpaUtilization !== undefined
      ? { kind: 'setting', key: 'mpaUtilization' }
      : sources.totalValue,
  );

  const stableWindowMs = from(
    'stableWindowMs',
    'window',
    annotations.durationMs('window'),
    'stableWindowMs',
    cluster.stableWindowMs,
  );
  const panicPercentage = from(
    'panicWindowMs',
    'panic-window-percentage',
    annotations.float('panic-window-percentage'),
    'panicWindowPercentage',
    cluster.panicWindowPercentage,
  );
  const initialScale = annotations.int32('initial-scale');
  const aggregation = annotations.text('metric-aggregation-algorithm') ?? '';
  const minScale = from(
    'minScale',
    'min-scale',
    annotations.int32('min-scale'),
    'minScale',
    cluster.minScale,
  );

  const config: AutoscalerConfig = {
    class: autoscalerClass,
    tickMs: tickMsOf(autoscalerClass),
    metric,
    concurrencyFrom: onGateway ? 'gateway' : 'knative',
    containerConcurrency: input.containerConcurrency,
    targetValue,
    totalValue,
    stableWindowMs,
    panicWindowMs: panicWindowOf(stableWindowMs, panicPercentage),
    panicThreshold:
      from(
        'panicThreshold',
        'panic-threshold-percentage',
        annotations.float('panic-threshold-percentage'),
        'panicThresholdPercentage',
        cluster.panicThresholdPercentage,
      ) / 100,
    maxScaleUpRate: cluster.maxScaleUpRate,
    maxScaleDownRate: cluster.maxScaleDownRate,
    minScale: reachable ? minScale : 0,
    maxScale: from('maxScale', 'max-scale', annotations.int32('max-scale'), 'maxScale', cluster.maxScale),
    initialScale: from(
      'initialScale',
      'initial-scale',
      initialScale === 0 && !cluster.allowZeroInitialScale ? null : initialScale,
      'initialScale',
      cluster.initialScale,
    ),
    activationScale: from(
      'activationScale',
      'activation-scale',
      annotations.int32('activation-scale'),
      null,
      0,
    ),
    scaleDownDelayMs: from(
      'scaleDownDelayMs',
      'scale-down-delay',
      annotations.durationMs('scale-down-delay'),
      'scaleDownDelayMs',
      cluster.scaleDownDelayMs,
    ),
    enableScaleToZero: cluster.enableScaleToZero,
    scaleToZeroGraceMs: cluster.scaleToZeroGracePeriodMs,
    scaleToZeroRetentionMs: from(
      'scaleToZeroRetentionMs',
      'scale-to-zero-pod-retention-period',
      annotations.durationMs('scale-to-zero-pod-retention-period'),
      'scaleToZeroPodRetentionPeriodMs',
      cluster.scaleToZeroPodRetentionPeriodMs,
    ),
    progressDeadlineMs: from(
      'progressDeadlineMs',
      'progress-deadline',
      annotations.durationMs('progress-deadline'),
      null,
      input.progressDeadlineMs ?? 600_000,
    ),
    // Such a gateway holds requests itself, so burst capacity, which decides on the activator, has no meaning there.
    targetBurstCapacity: onGateway
      ? 0
      : from(
          'targetBurstCapacity',
          'target-burst-capacity',
          annotations.float('target-burst-capacity'),
          'targetBurstCapacity',
          cluster.targetBurstCapacity,
        ),
    activatorCapacity: cluster.activatorCapacity,
    aggregation:
      aggregation === 'weighted-exponential' || aggregation === 'weightedExponential'
        ? 'weighted-exponential'
        : 'linear',
    reachable,
    hpa: null,
  };
  if (autoscalerClass === 'hpa')
    config.hpa = knativeHpaSpec({
      annotations,
      metric,
      minScale: config.minScale,
      maxScale: config.maxScale,
    });
  return { config, problems, assumptions, sources: completeSources(config, sources, annotations, given) };
}

/** A share of the stable window, cut to nanoseconds and rounded to seconds as in Go; at least one bucket. */
function panicWindowOf(stableWindowMs: number, percentage: number): number {
  const nanoseconds = Math.trunc((stableWindowMs * 1e6 * percentage) / 100);
  return Math.max(roundHalfAway(nanoseconds / 1e9) * 1000, 1000);
}

function resolveClass(
  annotations: Annotations,
  cluster: ClusterConfig,
): { class: AutoscalerClass; assumptions: Message[] } {
  const name = annotations.text('class') ?? cluster.podAutoscalerClass;
  if (name === kpaClass) return { class: 'kpa', assumptions: [] };
  if (name === hpaClass) return { class: 'hpa', assumptions: [] };
  if (name === mpaClass) return { class: 'mpa', assumptions: [...mpaAssumptions] };
  return {
    class: 'kpa',
    assumptions: [message('assumptions.unknown-class', { class: name })],
  };
}

/** Spec, section 1.3; for MPA the design's assumption. */
function resolveTarget(input: {
  autoscalerClass: AutoscalerClass;
  metric: string;
  annotations: Annotations;
  cluster: ClusterConfig;
  containerConcurrency: number;
  mpaUtilization: number;
}): { targetValue: number; totalValue: number } {
  const { metric, annotations, cluster, containerConcurrency } = input;
  let totalValue =
    metric === 'rps'
      ? cluster.requestsPerSecondTargetDefault
      : containerConcurrency || cluster.containerConcurrencyTargetDefault;
  const utilization =
    metric === 'rps'
      ? rpsTargetUtilization
      : input.autoscalerClass === 'mpa'
        ? input.mpaUtilization
        : cluster.containerConcurrencyTargetFraction;
  const target = annotations.float('target');
  if (target !== null)
    totalValue =
      metric === 'concurrency' && containerConcurrency !== 0
        ? Math.min(target, containerConcurrency)
        : target;
  const percentage = annotations.float('target-utilization-percentage');
  return {
    totalValue,
    targetValue: Math.max(targetMin, totalValue * (percentage === null ? utilization : percentage / 100)),
  };
}

function targetSource(annotations: Annotations, name: AnnotationName, otherwise: ConfigSource): ConfigSource {
  const found = annotations.float(name) === null ? null : annotations.get(name);
  return found ? { kind: 'annotation', key: found.key } : otherwise;
}

function completeSources(
  config: AutoscalerConfig,
  known: Partial<Record<ConfigField, ConfigSource>>,
  annotations: Annotations,
  given: ReadonlyMap<keyof ClusterConfig, string>,
): Record<ConfigField, ConfigSource> {
  const byDefault: ConfigSource = { kind: 'default', key: null };
  const cluster = (field: keyof ClusterConfig): ConfigSource =>
    given.has(field) ? { kind: 'config-map', key: given.get(field) ?? null } : byDefault;
  const annotated = (name: AnnotationName, otherwise: ConfigSource): ConfigSource =>
    annotations.get(name)
      ? { kind: 'annotation', key: annotations.get(name)?.key ?? annotationKey(name) }
      : otherwise;
  const sources = Object.fromEntries(Object.keys(config).map((field) => [field, byDefault])) as Record<
    ConfigField,
    ConfigSource
  >;
  return {
    ...sources,
    class: annotated('class', cluster('podAutoscalerClass')),
    containerConcurrency: { kind: 'spec', key: 'containerConcurrency' },
    aggregation: annotated('metric-aggregation-algorithm', byDefault),
    maxScaleUpRate: cluster('maxScaleUpRate'),
    maxScaleDownRate: cluster('maxScaleDownRate'),
    enableScaleToZero: cluster('enableScaleToZero'),
    scaleToZeroGraceMs: cluster('scaleToZeroGracePeriodMs'),
    activatorCapacity: cluster('activatorCapacity'),
    ...known,
  };
}

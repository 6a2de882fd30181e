import {
  annotationKey,
  type AnnotationName,
  hpaClass,
  kpaClass,
  mpaClass,
} from '@/lib/autoscaling/config/annotations';
import { parseConfigMap, rpsTargetUtilization } from '@/lib/autoscaling/config/cluster-config';
import { type AutoscalerConfig, readsGateway } from '@/lib/model/autoscaler-config';
import { type ChangedProbe } from './probed-starts';
import { percentOf } from '@/lib/autoscaling/config/percent';

/**
 * A configuration as YAML to paste: the revision template's annotations and `containerConcurrency`, and, where a setting
 * has no annotation, the keys of ConfigMap `config-autoscaler`. What the cluster does anyway is left out: Knative's
 * defaults, and what `configMap` says as far as it is known. What `probe` changes of the readiness probe is a comment: a container's
 * other fields are not known here.
 */
export function toAnnotations(
  config: AutoscalerConfig,
  configMap: Readonly<Record<string, string>> = {},
  probe: ChangedProbe = {},
): string {
  const d = parseConfigMap(configMap).cluster;
  const annotations: [AnnotationName, string][] = [
    ['class', { kpa: kpaClass, mpa: mpaClass, hpa: hpaClass }[config.class]],
  ];
  const add = (name: AnnotationName, value: string | number, byDefault: string | number) => {
    if (value !== byDefault) annotations.push([name, String(value)]);
  };

  if (config.class === 'hpa') addHpa(config, annotations);
  else {
    const mpa = config.class === 'mpa';
    add('metric', config.metric, 'concurrency');
    const total =
      config.metric === 'rps'
        ? d.requestsPerSecondTargetDefault
        : config.containerConcurrency || d.containerConcurrencyTargetDefault;
    const utilization =
      config.metric === 'rps'
        ? percentOf(rpsTargetUtilization)
        : mpa
          ? 100
          : percentOf(d.containerConcurrencyTargetFraction);
    add('target', config.totalValue, total);
    add('target-utilization-percentage', percentOf(config.targetValue / config.totalValue), utilization);
    add('window', `${config.stableWindowMs / 1000}s`, `${d.stableWindowMs / 1000}s`);
    add(
      'panic-window-percentage',
      percentOf(config.panicWindowMs / config.stableWindowMs),
      d.panicWindowPercentage,
    );
    add('panic-threshold-percentage', percentOf(config.panicThreshold), d.panicThresholdPercentage);
    add('activation-scale', config.activationScale, 0);
    add('scale-down-delay', `${config.scaleDownDelayMs / 1000}s`, `${d.scaleDownDelayMs / 1000}s`);
    add(
      'scale-to-zero-pod-retention-period',
      `${config.scaleToZeroRetentionMs / 1000}s`,
      `${d.scaleToZeroPodRetentionPeriodMs / 1000}s`,
    );
    if (!readsGateway(config))
      add('target-burst-capacity', config.targetBurstCapacity, d.targetBurstCapacity);
    add('metric-aggregation-algorithm', config.aggregation, 'linear');
  }
  add('min-scale', config.minScale, d.minScale);
  add('max-scale', config.maxScale, d.maxScale);
  add('initial-scale', config.initialScale, d.initialScale);

  const cluster: [string, string][] = [];
  const addCluster = <T extends number | boolean>(key: string, value: T, byDefault: T) => {
    if (value !== byDefault) cluster.push([key, String(value)]);
  };
  addCluster('max-scale-up-rate', config.maxScaleUpRate, d.maxScaleUpRate);
  addCluster('max-scale-down-rate', config.maxScaleDownRate, d.maxScaleDownRate);
  addCluster('enable-scale-to-zero', config.enableScaleToZero, d.enableScaleToZero);
  if (config.scaleToZeroGraceMs !== d.scaleToZeroGracePeriodMs)
    cluster.push(['scale-to-zero-grace-period', `${config.scaleToZeroGraceMs / 1000}s`]);

  const lines = [
    'spec:',
    '  template:',
    '    metadata:',
    '      annotations:',
    ...annotations.map(([name, value]) => `        ${annotationKey(name)}: ${quoted(value)}`),
  ];
  if (config.containerConcurrency > 0)
    lines.push('    spec:', `      containerConcurrency: ${config.containerConcurrency}`);
  const asked = Object.entries({
    initialDelaySeconds: probe.readinessInitialDelaySeconds,
    periodSeconds: probe.readinessPeriodSeconds,
    successThreshold: probe.readinessSuccessThreshold,
  }).filter(([, value]) => value !== undefined);
  if (asked.length > 0)
    lines.push(
      '# In the readinessProbe of the container that serves:',
      ...asked.map(([name, value]) => `#   ${name}: ${value}`),
    );
  if (cluster.length > 0)
    lines.push(
      '# For the whole cluster, in ConfigMap knative-serving/config-autoscaler:',
      ...cluster.map(([key, value]) => `#   ${key}: ${quoted(value)}`),
    );
  return `${lines.join('\n')}\n`;
}

function addHpa(config: AutoscalerConfig, annotations: [AnnotationName, string][]): void {
  const metric = config.hpa?.metrics[0];
  if (metric) {
    const mebibytes = 1024 * 1024 * 1000;
    const target =
      metric.target === 'Utilization'
        ? metric.quantity
        : metric.name === 'memory'
          ? metric.quantity / mebibytes
          : metric.quantity / 1000;
    annotations.push(['metric', metric.name], ['target', String(target)]);
  }
  const windowSeconds = config.hpa?.behavior?.scaleDown?.stabilizationWindowSeconds;
  if (windowSeconds != null) annotations.push(['window', `${windowSeconds}s`]);
}

/** Annotations are text: numbers and durations must not be read as YAML numbers. */
function quoted(value: string): string {
  return /^[a-z][a-z.-]*$/.test(value) && value !== 'true' && value !== 'false' ? value : `'${value}'`;
}

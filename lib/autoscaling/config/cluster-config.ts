import { formatGoDuration, parseGoBool, parseGoDurationMs, parseGoFloat, parseGoInt } from './go-values';
import { type ConfigRefusal } from '@/lib/model/config-problem';
import { message, type Message } from '@/lib/model/message';

/** The cluster's settings: ConfigMap `config-autoscaler` (spec, section 1.1), durations in milliseconds. */
export interface ClusterConfig {
  podAutoscalerClass: string;
  enableScaleToZero: boolean;
  allowZeroInitialScale: boolean;
  containerConcurrencyTargetFraction: number;
  containerConcurrencyTargetDefault: number;
  requestsPerSecondTargetDefault: number;
  targetBurstCapacity: number;
  activatorCapacity: number;
  stableWindowMs: number;
  panicWindowPercentage: number;
  panicThresholdPercentage: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  scaleToZeroGracePeriodMs: number;
  scaleToZeroPodRetentionPeriodMs: number;
  scaleDownDelayMs: number;
  initialScale: number;
  minScale: number;
  maxScale: number;
  maxScaleLimit: number;
}

/** Utilization for requests a second; no setting of Knative's changes it. */
export const rpsTargetUtilization = 0.7;
export const targetMin = 0.01;
export const windowMinMs = 6_000;
export const windowMaxMs = 3_600_000;

const clusterDefaults: Readonly<ClusterConfig> = {
  podAutoscalerClass: 'kpa.autoscaling.knative.dev',
  enableScaleToZero: true,
  allowZeroInitialScale: false,
  containerConcurrencyTargetFraction: 0.7,
  containerConcurrencyTargetDefault: 100,
  requestsPerSecondTargetDefault: 200,
  targetBurstCapacity: 211,
  activatorCapacity: 100,
  stableWindowMs: 60_000,
  panicWindowPercentage: 10,
  panicThresholdPercentage: 200,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  scaleToZeroGracePeriodMs: 30_000,
  scaleToZeroPodRetentionPeriodMs: 0,
  scaleDownDelayMs: 0,
  initialScale: 1,
  minScale: 0,
  maxScale: 0,
  maxScaleLimit: 0,
};

type Kind = 'text' | 'bool' | 'float' | 'int' | 'duration';

const keys: Record<string, { field: keyof ClusterConfig; kind: Kind }> = {
  'pod-autoscaler-class': { field: 'podAutoscalerClass', kind: 'text' },
  'enable-scale-to-zero': { field: 'enableScaleToZero', kind: 'bool' },
  'allow-zero-initial-scale': { field: 'allowZeroInitialScale', kind: 'bool' },
  'max-scale-up-rate': { field: 'maxScaleUpRate', kind: 'float' },
  'max-scale-down-rate': { field: 'maxScaleDownRate', kind: 'float' },
  'container-concurrency-target-percentage': { field: 'containerConcurrencyTargetFraction', kind: 'float' },
  'container-concurrency-target-default': { field: 'containerConcurrencyTargetDefault', kind: 'float' },
  'requests-per-second-target-default': { field: 'requestsPerSecondTargetDefault', kind: 'float' },
  'target-burst-capacity': { field: 'targetBurstCapacity', kind: 'float' },
  'panic-window-percentage': { field: 'panicWindowPercentage', kind: 'float' },
  'activator-capacity': { field: 'activatorCapacity', kind: 'float' },
  'panic-threshold-percentage': { field: 'panicThresholdPercentage', kind: 'float' },
  'initial-scale': { field: 'initialScale', kind: 'int' },
  'min-scale': { field: 'minScale', kind: 'int' },
  'max-scale': { field: 'maxScale', kind: 'int' },
  'max-scale-limit': { field: 'maxScaleLimit', kind: 'int' },
  'stable-window': { field: 'stableWindowMs', kind: 'duration' },
  'scale-down-delay': { field: 'scaleDownDelayMs', kind: 'duration' },
  'scale-to-zero-grace-period': { field: 'scaleToZeroGracePeriodMs', kind: 'duration' },
  'scale-to-zero-pod-retention-period': { field: 'scaleToZeroPodRetentionPeriodMs', kind: 'duration' },
};

const wrongKind: Record<Kind, Message> = {
  text: message('config.must-be-text'),
  bool: message('config.must-be-bool'),
  float: message('config.must-be-float'),
  int: message('config.must-be-int'),
  duration: message('config.must-be-duration'),
};

function parse(kind: Kind, text: string): string | boolean | number | null {
  if (kind === 'text') return text;
  if (kind === 'bool') return parseGoBool(text);
  if (kind === 'float') return parseGoFloat(text);
  if (kind === 'duration') return parseGoDurationMs(text);
  const value = parseGoInt(text, 32);
  return typeof value === 'number' ? value : null;
}

/**
 * Reads ConfigMap `config-autoscaler`. Knative refuses a whole ConfigMap with one bad value; here every bad value is
 * named in `problems` and its default stands in for it, so that the caller can go on. Keys that Knative does not know
 * (such as `_example`) are ignored, as there. `given` names the fields that the ConfigMap set, with their keys.
 */
export function parseConfigMap(data: Readonly<Record<string, string>>): {
  cluster: ClusterConfig;
  problems: ConfigRefusal[];
  given: ReadonlyMap<keyof ClusterConfig, string>;
} {
  const cluster: ClusterConfig = { ...clusterDefaults };
  const problems: ConfigRefusal[] = [];
  const given = new Map<keyof ClusterConfig, string>();
  const set = (field: keyof ClusterConfig, value: unknown) => {
    Object.assign(cluster, { [field]: value });
  };

  for (const [key, { field, kind }] of Object.entries(keys)) {
    const text = data[key];
    if (text === undefined) continue;
    const value = parse(kind, text);
    if (value === null) problems.push({ annotation: configMapKey(key), value: text, ...wrongKind[kind] });
    else {
      set(field, value);
      given.set(field, key);
    }
  }
  // Older ConfigMaps gave a fraction: a value up to 1 is one already.
  if (cluster.containerConcurrencyTargetFraction > 1) cluster.containerConcurrencyTargetFraction /= 100;

  for (const { key, why } of boundProblems(cluster)) {
    problems.push({ annotation: configMapKey(key), value: data[key] ?? '', ...why });
    const field = keys[key]?.field;
    if (field) {
      set(field, clusterDefaults[field]);
      given.delete(field);
    }
  }
  return { cluster, problems, given };
}

function configMapKey(key: string): string {
  return `config-autoscaler/${key}`;
}

function boundProblems(c: ClusterConfig): { key: string; why: Message }[] {
  const found: { key: string; why: Message }[] = [];
  const refuse = (when: boolean, key: string, why: Message) => {
    if (when) found.push({ key, why });
  };
  refuse(c.scaleToZeroGracePeriodMs <= 0, 'scale-to-zero-grace-period', message('config.positive'));
  refuse(c.scaleDownDelayMs < 0, 'scale-down-delay', message('config.not-negative'));
  refuse(c.scaleDownDelayMs % 1000 !== 0, 'scale-down-delay', message('config.second-precision'));
  refuse(
    c.scaleToZeroPodRetentionPeriodMs < 0,
    'scale-to-zero-pod-retention-period',
    message('config.not-negative'),
  );
  refuse(
    c.targetBurstCapacity < 0 && c.targetBurstCapacity !== -1,
    'target-burst-capacity',
    message('config.not-negative-or-unlimited'),
  );
  refuse(
    c.containerConcurrencyTargetFraction <= 0 || c.containerConcurrencyTargetFraction > 1,
    'container-concurrency-target-percentage',
    message('config.percentage-range'),
  );
  const target = c.containerConcurrencyTargetFraction * c.containerConcurrencyTargetDefault;
  refuse(
    target < targetMin,
    'container-concurrency-target-default',
    message('config.target-yielded', { target, least: targetMin }),
  );
  refuse(
    c.requestsPerSecondTargetDefault < targetMin,
    'requests-per-second-target-default',
    message('config.at-least', { least: targetMin }),
  );
  refuse(c.activatorCapacity < 1, 'activator-capacity', message('config.at-least', { least: 1 }));
  refuse(c.maxScaleUpRate <= 1, 'max-scale-up-rate', message('config.greater-than-1'));
  refuse(c.maxScaleDownRate <= 1, 'max-scale-down-rate', message('config.greater-than-1'));
  refuse(
    c.stableWindowMs < windowMinMs || c.stableWindowMs > windowMaxMs,
    'stable-window',
    message('config.window-range', {
      low: formatGoDuration(windowMinMs),
      high: formatGoDuration(windowMaxMs),
    }),
  );
  refuse(c.stableWindowMs % 1000 !== 0, 'stable-window', message('config.second-precision'));
  refuse(
    c.panicWindowPercentage < 1 || c.panicWindowPercentage > 100,
    'panic-window-percentage',
    message('config.percentage-interval'),
  );
  refuse(
    c.initialScale < 0 || (c.initialScale === 0 && !c.allowZeroInitialScale),
    'initial-scale',
    message('config.initial-scale-range'),
  );
  refuse(c.minScale < 0, 'min-scale', message('config.at-least', { least: 0 }));
  const lowestMax = c.maxScaleLimit > 0 ? 1 : 0;
  refuse(
    c.maxScale < lowestMax || (c.maxScaleLimit > 0 && c.maxScale > c.maxScaleLimit),
    'max-scale',
    message('config.max-scale-range', { low: lowestMax, limit: c.maxScaleLimit }),
  );
  refuse(c.maxScaleLimit < 0, 'max-scale-limit', message('config.at-least', { least: 0 }));
  refuse(
    c.minScale > c.maxScale && c.maxScale > 0,
    'min-scale',
    message('config.min-not-below-max', { min: c.minScale, max: c.maxScale }),
  );
  return found;
}

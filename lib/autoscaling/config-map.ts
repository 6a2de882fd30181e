import { type ConfigProblem } from './annotations';
import { parseBoolGo, parseDurationMs, parseFloatGo, parseInt32Go } from './go-values';

/** The cluster's autoscaling defaults, from the ConfigMap config-autoscaler (spec, section 1.1). */
export interface ClusterValues {
  concurrencyUtilization: number;
  concurrencyTargetDefault: number;
  rpsTargetDefault: number;
  targetBurstCapacity: number;
  stableWindowMs: number;
  panicWindowPercentage: number;
  panicThresholdPercentage: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  scaleToZero: boolean;
  scaleToZeroGraceMs: number;
  podRetentionMs: number;
  scaleDownDelayMs: number;
  activatorCapacity: number;
  initialScale: number;
  allowZeroInitialScale: boolean;
  minScale: number;
  maxScale: number;
  maxScaleLimit: number;
  podAutoscalerClass: string;
}

export const knativeDefaults: ClusterValues = {
  concurrencyUtilization: 0.7,
  concurrencyTargetDefault: 100,
  rpsTargetDefault: 200,
  targetBurstCapacity: 211,
  stableWindowMs: 60_000,
  panicWindowPercentage: 10,
  panicThresholdPercentage: 200,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  scaleToZero: true,
  scaleToZeroGraceMs: 30_000,
  podRetentionMs: 0,
  scaleDownDelayMs: 0,
  activatorCapacity: 100,
  initialScale: 1,
  allowZeroInitialScale: false,
  minScale: 0,
  maxScale: 0,
  maxScaleLimit: 0,
  podAutoscalerClass: 'kpa.autoscaling.knative.dev',
};

type NumberKey = { [K in keyof ClusterValues]: ClusterValues[K] extends number ? K : never }[keyof ClusterValues];
const floats: [string, NumberKey][] = [
  ['container-concurrency-target-percentage', 'concurrencyUtilization'],
  ['container-concurrency-target-default', 'concurrencyTargetDefault'],
  ['requests-per-second-target-default', 'rpsTargetDefault'],
  ['target-burst-capacity', 'targetBurstCapacity'],
  ['panic-window-percentage', 'panicWindowPercentage'],
  ['panic-threshold-percentage', 'panicThresholdPercentage'],
  ['max-scale-up-rate', 'maxScaleUpRate'],
  ['max-scale-down-rate', 'maxScaleDownRate'],
  ['activator-capacity', 'activatorCapacity'],
];
const integers: [string, NumberKey][] = [
  ['initial-scale', 'initialScale'],
  ['min-scale', 'minScale'],
  ['max-scale', 'maxScale'],
  ['max-scale-limit', 'maxScaleLimit'],
];
const durations: [string, NumberKey][] = [
  ['stable-window', 'stableWindowMs'],
  ['scale-to-zero-grace-period', 'scaleToZeroGraceMs'],
  ['scale-to-zero-pod-retention-period', 'podRetentionMs'],
  ['scale-down-delay', 'scaleDownDelayMs'],
];

/**
 * Reads the ConfigMap's keys that are set over Knative's defaults (pkg/autoscaler/config/config.go). One wrong key
 * makes Knative refuse the whole map; here it is listed and its default stands.
 */
export function readConfigMap(data: Record<string, string>): { values: ClusterValues; problems: ConfigProblem[] } {
  const values = { ...knativeDefaults };
  const problems: ConfigProblem[] = [];
  const refuse = (key: string, message: string): void => {
    problems.push({ annotation: `config-autoscaler/${key}`, value: data[key] ?? '', message });
  };
  const read = (pairs: [string, NumberKey][], parse: (text: string) => number | null, kind: string): void => {
    for (const [key, name] of pairs) {
      const text = data[key];
      if (text === undefined) continue;
      const value = parse(text.trim());
      if (value === null) refuse(key, `must be ${kind}`);
      else values[name] = value;
    }
  };
  read(floats, parseFloatGo, 'a number');
  read(integers, parseInt32Go, 'a whole number');
  read(durations, parseDurationMs, 'a duration such as 60s');
  if (data['enable-scale-to-zero'] !== undefined) values.scaleToZero = parseBoolGo(data['enable-scale-to-zero']);
  if (data['allow-zero-initial-scale'] !== undefined) values.allowZeroInitialScale = parseBoolGo(data['allow-zero-initial-scale']);
  if (data['pod-autoscaler-class'] !== undefined) values.podAutoscalerClass = data['pod-autoscaler-class'];
  if (values.concurrencyUtilization > 1) values.concurrencyUtilization /= 100;

  const v = values;
  const wholeSeconds = (ms: number): boolean => ms % 1000 === 0;
  const rules: [boolean, string, string][] = [
    [v.concurrencyUtilization > 0 && v.concurrencyUtilization <= 1, 'container-concurrency-target-percentage', 'must be in (0, 100] or (0, 1]'],
    [v.concurrencyUtilization * v.concurrencyTargetDefault >= 0.01, 'container-concurrency-target-default', 'times the target percentage must be at least 0.01'],
    [v.rpsTargetDefault >= 0.01, 'requests-per-second-target-default', 'must be at least 0.01'],
    [v.targetBurstCapacity >= 0 || v.targetBurstCapacity === -1, 'target-burst-capacity', 'must be at least 0, or -1 for unlimited'],
    [v.stableWindowMs >= 6000 && v.stableWindowMs <= 3_600_000 && wholeSeconds(v.stableWindowMs), 'stable-window', 'must be whole seconds from 6s to 1h'],
    [v.panicWindowPercentage >= 1 && v.panicWindowPercentage <= 100, 'panic-window-percentage', 'must be from 1 to 100'],
    [v.maxScaleUpRate > 1, 'max-scale-up-rate', 'must be more than 1.0'],
    [v.maxScaleDownRate > 1, 'max-scale-down-rate', 'must be more than 1.0'],
    [v.scaleToZeroGraceMs > 0, 'scale-to-zero-grace-period', 'must be more than 0s'],
    [v.podRetentionMs >= 0, 'scale-to-zero-pod-retention-period', 'must be at least 0s'],
    [v.scaleDownDelayMs >= 0 && wholeSeconds(v.scaleDownDelayMs), 'scale-down-delay', 'must be whole seconds, at least 0s'],
    [v.activatorCapacity >= 1, 'activator-capacity', 'must be at least 1'],
    [v.initialScale >= 0 && (v.initialScale > 0 || v.allowZeroInitialScale), 'initial-scale', 'must be at least 1, or 0 where allow-zero-initial-scale is true'],
    [v.minScale >= 0, 'min-scale', 'must be at least 0'],
    [v.maxScaleLimit >= 0, 'max-scale-limit', 'must be at least 0'],
    [v.maxScale >= (v.maxScaleLimit > 0 ? 1 : 0) && (v.maxScaleLimit <= 0 || v.maxScale <= v.maxScaleLimit), 'max-scale', 'must be at least 0, and from 1 to max-scale-limit where that is set'],
    [v.maxScale <= 0 || v.minScale <= v.maxScale, 'min-scale', 'must not be above max-scale'],
  ];
  for (const [holds, key, message] of rules) if (!holds) refuse(key, message);
  return { values, problems };
}

import { type ClusterValues } from './config-map';
import { type Aggregation, type AutoscalerClass } from './config';
import { parseDurationMs, parseFloatGo, parseInt32Go } from './go-values';

/** An annotation (or ConfigMap key) that Knative would refuse, with what it asks for. */
export interface ConfigProblem {
  annotation: string;
  value: string;
  message: string;
}

export interface AnnotationValues {
  class: AutoscalerClass;
  metric?: string;
  target?: number;
  targetUtilization?: number;
  windowMs?: number;
  panicWindowPercentage?: number;
  panicThresholdPercentage?: number;
  minScale?: number;
  maxScale?: number;
  initialScale?: number;
  activationScale?: number;
  scaleDownDelayMs?: number;
  podRetentionMs?: number;
  targetBurstCapacity?: number;
  aggregation?: Aggregation;
  progressDeadlineMs?: number;
}

const group = 'autoscaling.knative.dev/';
export const maxWindowMs = 3_600_000;

interface Rule {
  field: Exclude<keyof AnnotationValues, 'class' | 'metric' | 'aggregation'>;
  parse: (text: string) => number | null;
  /** What a value must be, in words and as a test; a value out of bounds is refused but still in force. */
  must: string;
  holds: (value: number) => boolean;
}
const whole = (ms: number): boolean => ms % 1000 === 0;
const rules: Record<string, Rule> = {
  target: { field: 'target', parse: parseFloatGo, must: 'a number of at least 0.01', holds: (v) => v >= 0.01 },
  'target-utilization-percentage': { field: 'targetUtilization', parse: parseFloatGo, must: 'a number from 1 to 100', holds: (v) => v >= 1 && v <= 100 },
  window: { field: 'windowMs', parse: parseDurationMs, must: 'whole seconds from 6s to 1h', holds: (v) => v >= 6000 && v <= maxWindowMs && whole(v) },
  'panic-window-percentage': { field: 'panicWindowPercentage', parse: parseFloatGo, must: 'a number from 1 to 100', holds: (v) => v >= 1 && v <= 100 },
  'panic-threshold-percentage': { field: 'panicThresholdPercentage', parse: parseFloatGo, must: 'a number from 110 to 1000', holds: (v) => v >= 110 && v <= 1000 },
  'min-scale': { field: 'minScale', parse: parseInt32Go, must: 'a whole number of at least 0', holds: (v) => v >= 0 },
  'max-scale': { field: 'maxScale', parse: parseInt32Go, must: 'a whole number of at least 0 (0: no bound)', holds: (v) => v >= 0 },
  'initial-scale': { field: 'initialScale', parse: parseInt32Go, must: 'a whole number of at least 0', holds: (v) => v >= 0 },
  'activation-scale': { field: 'activationScale', parse: parseInt32Go, must: 'a whole number of at least 2', holds: (v) => v >= 2 },
  'scale-down-delay': { field: 'scaleDownDelayMs', parse: parseDurationMs, must: 'whole seconds from 0s to 1h', holds: (v) => v >= 0 && v <= maxWindowMs && whole(v) },
  'scale-to-zero-pod-retention-period': { field: 'podRetentionMs', parse: parseDurationMs, must: 'a duration from 0s to 1h', holds: (v) => v >= 0 && v <= maxWindowMs },
  'target-burst-capacity': { field: 'targetBurstCapacity', parse: parseFloatGo, must: 'a number of at least 0, or -1 for unlimited', holds: (v) => v >= 0 || v === -1 },
};

const camelCase = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** Names that are also read in camelCase; the kebab spelling wins. */
const alsoCamel = new Set([
  'target-utilization-percentage', 'panic-window-percentage', 'panic-threshold-percentage', 'min-scale', 'max-scale', 'initial-scale',
  'scale-down-delay', 'scale-to-zero-pod-retention-period', 'target-burst-capacity', 'metric-aggregation-algorithm',
]);

/**
 * Reads the autoscaling annotations (spec, section 1.2; Knative pkg/apis/autoscaling/annotation_validation.go). One
 * that does not parse is left out, so that the cluster's value stands; every one that Knative's validation would
 * refuse is listed with its name.
 */
export function readAnnotations(annotations: Record<string, string>, cluster: ClusterValues): { values: AnnotationValues; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const find = (name: string): { key: string; text: string } | null => {
    for (const key of alsoCamel.has(name) ? [group + name, group + camelCase(name)] : [group + name]) {
      const text = annotations[key];
      if (text !== undefined) return { key, text };
    }
    return null;
  };
  const values: AnnotationValues = { class: readClass(find('class'), cluster, problems) };

  for (const [name, rule] of Object.entries(rules)) {
    const found = find(name);
    if (!found) continue;
    const value = rule.parse(found.text);
    if (value !== null) values[rule.field] = value;
    if (value === null || !rule.holds(value)) problems.push({ annotation: found.key, value: found.text, message: `must be ${rule.must}` });
  }

  const deadline = annotations['serving.knative.dev/progress-deadline'];
  if (deadline !== undefined) {
    const value = parseDurationMs(deadline);
    if (value !== null) values.progressDeadlineMs = value;
    if (value === null || value <= 0 || !whole(value)) problems.push({ annotation: 'serving.knative.dev/progress-deadline', value: deadline, message: 'must be a duration of whole seconds above 0s' });
  }

  readMetric(find('metric'), values, problems);
  readAggregation(find('metric-aggregation-algorithm'), values, problems);
  checkScales(find, values, cluster, problems);
  return { values, problems };
}

type Found = { key: string; text: string } | null;

function readClass(found: Found, cluster: ClusterValues, problems: ConfigProblem[]): AutoscalerClass {
  const text = found?.text ?? cluster.podAutoscalerClass;
  const name = /^(kpa|hpa|mpa)\.autoscaling\.knative\.dev$/.exec(text)?.[1];
  if (name === 'kpa' || name === 'hpa' || name === 'mpa') return name;
  if (found) problems.push({ annotation: found.key, value: found.text, message: 'must be kpa.autoscaling.knative.dev, hpa.autoscaling.knative.dev or mpa.autoscaling.knative.dev' });
  return 'kpa';
}

function readMetric(found: Found, values: AnnotationValues, problems: ConfigProblem[]): void {
  if (!found) return;
  values.metric = found.text;
  if (values.class !== 'hpa' && found.text !== 'concurrency' && found.text !== 'rps') {
    problems.push({ annotation: found.key, value: found.text, message: `must be concurrency or rps for class ${values.class}` });
  }
}

function readAggregation(found: Found, values: AnnotationValues, problems: ConfigProblem[]): void {
  if (!found) return;
  if (found.text === 'weighted-exponential' || found.text === 'weightedExponential') values.aggregation = 'weighted-exponential';
  else if (found.text !== 'linear' && found.text !== '' && values.class === 'kpa') {
    problems.push({ annotation: found.key, value: found.text, message: 'must be linear or weighted-exponential' });
  }
}

function checkScales(find: (name: string) => Found, values: AnnotationValues, cluster: ClusterValues, problems: ConfigProblem[]): void {
  const min = values.minScale ?? 0;
  const max = values.maxScale ?? 0;
  const name = (key: string): { annotation: string; value: string } => ({ annotation: find(key)?.key ?? group + key, value: find(key)?.text ?? '' });
  if (max !== 0 && min > max) problems.push({ ...name('min-scale'), message: `must not be above max-scale (${max})` });
  if (find('max-scale') && cluster.maxScaleLimit > 0 && (max < 1 || max > cluster.maxScaleLimit)) {
    problems.push({ ...name('max-scale'), message: `must be from 1 to the cluster's max-scale-limit (${cluster.maxScaleLimit})` });
  }
  const activation = values.activationScale;
  if (activation !== undefined && activation >= 2) {
    if (activation < min) problems.push({ ...name('activation-scale'), message: `must not be below min-scale (${min})` });
    if (max !== 0 && activation > max) problems.push({ ...name('activation-scale'), message: `must not be above max-scale (${max})` });
  }
  if (values.initialScale === 0 && !cluster.allowZeroInitialScale) {
    problems.push({ ...name('initial-scale'), message: 'may be 0 only where the cluster has allow-zero-initial-scale' });
  }
}

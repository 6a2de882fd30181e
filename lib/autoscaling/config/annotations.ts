import { type ClusterConfig, targetMin, windowMaxMs, windowMinMs } from './cluster-config';
import { formatGoDuration, parseGoDurationMs, parseGoFloat, parseGoInt } from './go-values';
import { type ConfigProblem } from '@/lib/model/config-problem';

const group = 'autoscaling.knative.dev';

/** Each annotation with every spelling that Knative reads, the preferred first (spec, section 1.2). */
const spellings = {
  class: [`${group}/class`],
  metric: [`${group}/metric`],
  target: [`${group}/target`],
  window: [`${group}/window`],
  'activation-scale': [`${group}/activation-scale`],
  'target-utilization-percentage': [
    `${group}/target-utilization-percentage`,
    `${group}/targetUtilizationPercentage`,
  ],
  'panic-window-percentage': [`${group}/panic-window-percentage`, `${group}/panicWindowPercentage`],
  'panic-threshold-percentage': [`${group}/panic-threshold-percentage`, `${group}/panicThresholdPercentage`],
  'min-scale': [`${group}/min-scale`, `${group}/minScale`],
  'max-scale': [`${group}/max-scale`, `${group}/maxScale`],
  'initial-scale': [`${group}/initial-scale`, `${group}/initialScale`],
  'scale-down-delay': [`${group}/scale-down-delay`, `${group}/scaleDownDelay`],
  'scale-to-zero-pod-retention-period': [
    `${group}/scale-to-zero-pod-retention-period`,
    `${group}/scaleToZeroPodRetentionPeriod`,
  ],
  'target-burst-capacity': [`${group}/target-burst-capacity`, `${group}/targetBurstCapacity`],
  'metric-aggregation-algorithm': [
    `${group}/metric-aggregation-algorithm`,
    `${group}/metricAggregationAlgorithm`,
  ],
  'progress-deadline': ['serving.knative.dev/progress-deadline'],
} as const;
export type AnnotationName = keyof typeof spellings;

export const kpaClass = `kpa.${group}`;
export const hpaClass = `hpa.${group}`;
export const mpaClass = `mpa.${group}`;

/** The annotation's full name in its preferred spelling. */
export function annotationKey(name: AnnotationName): string {
  return spellings[name][0];
}

/** Reads Knative's annotations by name; text that does not parse reads as absent, as in Knative. */
export class Annotations {
  constructor(private readonly all: Readonly<Record<string, string>>) {}

  get(name: AnnotationName): { key: string; text: string } | null {
    for (const key of spellings[name]) {
      const text = this.all[key];
      if (text !== undefined) return { key, text };
    }
    return null;
  }

  text(name: AnnotationName): string | null {
    return this.get(name)?.text ?? null;
  }

  float(name: AnnotationName): number | null {
    const text = this.text(name);
    return text === null ? null : parseGoFloat(text);
  }

  int32(name: AnnotationName): number | null {
    const text = this.text(name);
    const value = text === null ? null : parseGoInt(text, 32);
    return typeof value === 'number' ? value : null;
  }

  durationMs(name: AnnotationName): number | null {
    const text = this.text(name);
    return text === null ? null : parseGoDurationMs(text);
  }
}

const aggregations = ['', 'linear', 'weighted-exponential', 'weightedExponential'];

/** What Knative's webhook would refuse in these annotations (spec, section 1.2), apart from MPA's class. */
export function annotationProblems(annotations: Annotations, cluster: ClusterConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const refuse = (key: string, value: string, message: string) => {
    problems.push({ annotation: key, message, value });
  };
  const check = (name: AnnotationName, test: (text: string) => string | null) => {
    const found = annotations.get(name);
    const message = found && test(found.text);
    if (found && message) refuse(found.key, found.text, message);
  };
  const float = (test: (value: number) => string | null) => (text: string) => {
    const value = parseGoFloat(text);
    return value === null ? 'invalid value: must be a number' : test(value);
  };
  const within = (low: number, high: number) =>
    float((v) => (v < low || v > high ? `expected ${low} <= ${v} <= ${high}` : null));
  const duration = (lowMs: number, wholeSeconds: boolean) => (text: string) => {
    const ms = parseGoDurationMs(text);
    if (ms === null) return 'invalid value: must be a duration such as 60s or 1m30s';
    if (ms < lowMs || ms > windowMaxMs)
      return `expected ${formatGoDuration(lowMs)} <= ${text} <= ${formatGoDuration(windowMaxMs)}`;
    return wholeSeconds && ms % 1000 !== 0 ? 'must be specified with at most second precision' : null;
  };

  const className = annotations.text('class') ?? cluster.podAutoscalerClass;
  check('class', (text) =>
    text.endsWith('.knative.dev') && ![kpaClass, hpaClass, mpaClass].includes(text)
      ? `invalid value: the classes are ${kpaClass}, ${hpaClass} and, with Alibaba's plug-in, ${mpaClass}`
      : null,
  );

  const min = scaleBound('min-scale', annotations, refuse);
  const max = scaleBound('max-scale', annotations, refuse);
  if (max !== 0 && max < min)
    refuse(
      annotations.get('max-scale')?.key ?? annotationKey('max-scale'),
      String(max),
      `max-scale=${max} is less than min-scale=${min}`,
    );
  check('max-scale', () => {
    if (cluster.maxScaleLimit === 0) return null;
    if (max > cluster.maxScaleLimit)
      return `expected 1 <= ${max} <= ${cluster.maxScaleLimit} (the cluster's max-scale-limit)`;
    return max === 0 ? `max-scale=0 (unlimited), must be less than ${cluster.maxScaleLimit}` : null;
  });
  check('activation-scale', (text) => {
    const value = parseGoInt(text, 32);
    if (typeof value !== 'number') return 'invalid value: must be a whole number';
    if (min > value) return `min-scale=${min} is greater than activation-scale=${value}`;
    if (max < value && max !== 0) return `max-scale=${max} is less than activation-scale=${value}`;
    return value < 2 ? `activation-scale=${value} must be greater than 1` : null;
  });

  check('panic-window-percentage', within(1, 100));
  check('panic-threshold-percentage', within(110, 1000));
  check(
    'target',
    float((v) => (v < targetMin ? `target ${v} should be at least ${targetMin}` : null)),
  );
  check('target-utilization-percentage', within(1, 100));
  check(
    'target-burst-capacity',
    float((v) => (v < 0 && v !== -1 ? 'invalid value: must be 0 or more, or -1 for unlimited' : null)),
  );
  check('window', duration(windowMinMs, true));
  check('scale-to-zero-pod-retention-period', duration(0, false));
  check('scale-down-delay', duration(0, true));
  check('metric', (text) => {
    if (className === kpaClass)
      return ['concurrency', 'rps'].includes(text)
        ? null
        : 'invalid value: the KPA scales on concurrency or rps';
    return className === hpaClass && text === '' ? 'invalid value: must name a metric' : null;
  });
  // Upstream looks at the annotation alone here, not at the cluster's default class.
  if (annotations.text('class') === kpaClass) {
    check('metric-aggregation-algorithm', (text) =>
      aggregations.includes(text) ? null : 'invalid value: must be linear or weighted-exponential',
    );
  }
  check('initial-scale', (text) => {
    const value = parseGoInt(text, 64);
    if (typeof value !== 'number') return 'invalid value: must be a whole number';
    if (value < 0) return 'invalid value: must be greater than 0';
    return value === 0 && !cluster.allowZeroInitialScale ? 'initial-scale=0 not allowed by cluster' : null;
  });
  return problems;
}

function scaleBound(
  name: 'min-scale' | 'max-scale',
  annotations: Annotations,
  refuse: (key: string, value: string, message: string) => void,
): number {
  const found = annotations.get(name);
  if (!found) return 0;
  const value = parseGoInt(found.text, 32);
  if (value === 'syntax') refuse(found.key, found.text, 'invalid value: must be a whole number');
  else if (value === 'range' || value < 0)
    refuse(found.key, found.text, `expected 0 <= ${found.text} <= 2147483647`);
  else return value;
  return 0;
}

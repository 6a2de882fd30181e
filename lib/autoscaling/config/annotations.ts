import { type ClusterConfig, targetMin, windowMaxMs, windowMinMs } from './cluster-config';
import { formatGoDuration, parseGoDurationMs, parseGoFloat, parseGoInt } from './go-values';
import { type ConfigRefusal } from '@/lib/model/config-problem';
import { message, type Message } from '@/lib/model/message';

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
export function annotationProblems(annotations: Annotations, cluster: ClusterConfig): ConfigRefusal[] {
  const problems: ConfigRefusal[] = [];
  const refuse = (annotation: string, value: string, why: Message) => {
    problems.push({ annotation, value, ...why });
  };
  const check = (name: AnnotationName, test: (text: string) => Message | null) => {
    const found = annotations.get(name);
    const why = found && test(found.text);
    if (found && why) refuse(found.key, found.text, why);
  };
  const float = (test: (value: number) => Message | null) => (text: string) => {
    const value = parseGoFloat(text);
    return value === null ? message('config.number') : test(value);
  };
  const within = (low: number, high: number) =>
    float((v) => (v < low || v > high ? message('config.outside', { low, value: v, high }) : null));
  const duration = (lowMs: number, wholeSeconds: boolean) => (text: string) => {
    const ms = parseGoDurationMs(text);
    if (ms === null) return message('config.duration');
    if (ms < lowMs || ms > windowMaxMs)
      return message('config.outside', {
        low: formatGoDuration(lowMs),
        value: text,
        high: formatGoDuration(windowMaxMs),
      });
    return wholeSeconds && ms % 1000 !== 0 ? message('config.second-precision') : null;
  };

  const className = annotations.text('class') ?? cluster.podAutoscalerClass;
  check('class', (text) =>
    text.endsWith('.knative.dev') && ![kpaClass, hpaClass, mpaClass].includes(text)
      ? message('config.class', { kpa: kpaClass, hpa: hpaClass, mpa: mpaClass })
      : null,
  );

  const min = scaleBound('min-scale', annotations, refuse);
  const max = scaleBound('max-scale', annotations, refuse);
  if (max !== 0 && max < min)
    refuse(
      annotations.get('max-scale')?.key ?? annotationKey('max-scale'),
      String(max),
      message('config.max-below-min', { max, min }),
    );
  check('max-scale', () => {
    if (cluster.maxScaleLimit === 0) return null;
    if (max > cluster.maxScaleLimit)
      return message('config.above-max-scale-limit', { value: max, limit: cluster.maxScaleLimit });
    return max === 0 ? message('config.max-unlimited', { limit: cluster.maxScaleLimit }) : null;
  });
  check('activation-scale', (text) => {
    const value = parseGoInt(text, 32);
    if (typeof value !== 'number') return message('config.whole-number');
    if (min > value) return message('config.min-above-activation', { min, activation: value });
    if (max < value && max !== 0) return message('config.max-below-activation', { max, activation: value });
    return value < 2 ? message('config.activation-too-small', { activation: value }) : null;
  });

  check('panic-window-percentage', within(1, 100));
  check('panic-threshold-percentage', within(110, 1000));
  check(
    'target',
    float((v) =>
      v < targetMin ? message('config.target-too-small', { target: v, least: targetMin }) : null,
    ),
  );
  check('target-utilization-percentage', within(1, 100));
  check(
    'target-burst-capacity',
    float((v) => (v < 0 && v !== -1 ? message('config.burst-capacity') : null)),
  );
  check('window', duration(windowMinMs, true));
  check('scale-to-zero-pod-retention-period', duration(0, false));
  check('scale-down-delay', duration(0, true));
  check('metric', (text) => {
    if (className === kpaClass)
      return ['concurrency', 'rps'].includes(text) ? null : message('config.kpa-metric');
    return className === hpaClass && text === '' ? message('config.metric-name') : null;
  });
  // Upstream looks at the annotation alone here, not at the cluster's default class.
  if (annotations.text('class') === kpaClass) {
    check('metric-aggregation-algorithm', (text) =>
      aggregations.includes(text) ? null : message('config.aggregation'),
    );
  }
  check('initial-scale', (text) => {
    const value = parseGoInt(text, 64);
    if (typeof value !== 'number') return message('config.whole-number');
    if (value < 0) return message('config.greater-than-0');
    return value === 0 && !cluster.allowZeroInitialScale ? message('config.initial-zero') : null;
  });
  return problems;
}

function scaleBound(
  name: 'min-scale' | 'max-scale',
  annotations: Annotations,
  refuse: (annotation: string, value: string, why: Message) => void,
): number {
  const found = annotations.get(name);
  if (!found) return 0;
  const value = parseGoInt(found.text, 32);
  if (value === 'syntax') refuse(found.key, found.text, message('config.whole-number'));
  else if (value === 'range' || value < 0)
    refuse(
      found.key,
      found.text,
      message('config.outside', { low: 0, value: found.text, high: '2147483647' }),
    );
  else return value;
  return 0;
}

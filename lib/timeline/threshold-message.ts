import { message, sentMessage, type Figure, type Message } from '@/lib/model/message';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { type RunSummary, type ThresholdResult } from '@/lib/model/run';

/** What the values of a metric are that thresholds judge: a share of 1, ms, or a number of whatever it counts. */
export type ThresholdUnit = 'share' | 'ms' | 'none';

export function unitOfMetric({
  type,
  contains,
}: Pick<RunSummary['metrics'][number], 'type' | 'contains'>): ThresholdUnit {
  return type === 'rate' ? 'share' : contains === 'time' ? 'ms' : 'none';
}

export function thresholdValue(value: number, unit: ThresholdUnit): Figure | Message {
  if (unit === 'ms') return { figure: 'duration', value };
  const tenths = (of: number): Figure => ({ figure: 'tenths', value: of });
  return unit === 'share' ? message('narrative.percent', { value: tenths(value * 100) }) : tenths(value);
}

/** Why it cannot be told whether a threshold of this metric was met. */
export function whyUnclear(
  metric: Pick<RunSummary['metrics'][number], 'metric' | 'type' | 'contains'>,
  { between, unknown }: Omit<ThresholdResult, 'source' | 'ok'>,
): Message {
  const { least = null, most = null } = between ?? {};
  const bound = (value: number): Figure | Message => thresholdValue(value, unitOfMetric(metric));
  if (unknown)
    return message('thresholds.unknown', { reason: sentMessage(unknown.code, unknown.data, unknown.code) });
  if (least !== null && most !== null)
    return message('thresholds.undecided', { least: bound(least), most: bound(most) });
  if (least !== null) return message('thresholds.undecided-above', { least: bound(least) });
  if (most !== null) return message('thresholds.undecided-below', { most: bound(most) });
  return message('thresholds.unknown', {
    reason: message('thresholds.not-recorded', { metric: metric.metric }),
  });
}

export type ThresholdStanding = 'holds' | 'crossed' | 'undecided' | 'waiting' | 'unknown';

/** How a threshold stands while its load goes on; `waiting`: nothing of it was recorded yet. */
export function standingOf({ ok, between, unknown }: RunningThreshold): ThresholdStanding {
  if (unknown) return 'unknown';
  if (!between) return 'waiting';
  return ok === null ? 'undecided' : ok ? 'holds' : 'crossed';
}

/** Bounds as near to each other as sums in another order are. */
const sameValue = 1e-6;

/** What the value of a threshold is now, or why that cannot be told; null: it has none yet. */
export function valueNow(threshold: RunningThreshold): Message | null {
  const { between, unknown } = threshold;
  if (unknown) return whyUnclear(threshold, { unknown });
  const { least = null, most = null } = between ?? {};
  const bound = (value: number): Figure | Message => thresholdValue(value, unitOfMetric(threshold));
  if (least !== null && most !== null)
    return most - least <= Math.abs(most) * sameValue
      ? message('thresholds.now', { value: bound(most) })
      : message('thresholds.now-between', { least: bound(least), most: bound(most) });
  if (least !== null) return message('thresholds.now-above', { least: bound(least) });
  return most === null ? null : message('thresholds.now-below', { most: bound(most) });
}

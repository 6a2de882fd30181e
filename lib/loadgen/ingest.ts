import { subtractHistogram } from '@/lib/histogram/merge';
import { type ExponentialHistogram } from '@/lib/histogram/shape';
import { decodePush, type PushedSeries } from './remote-write';

/** What one series did between two pushes, under k6's own name for the metric. */
export interface IngestedPoint {
  metric: string;
  type: 'counter' | 'gauge' | 'rate' | 'trend';
  unit: 'seconds' | 'bytes' | 'none';
  tags: Record<string, string>;
  /** k6's time of the push: the end of the second. */
  atUnixMs: number;
  /** A counter's increase, a gauge's value, a rate's value since the start (0–1); null for a trend. */
  value: number | null;
  histogram: ExponentialHistogram | null;
}

export interface Ingest {
  /** Decodes one push and gives what is new in it. Throws InvalidPush. */
  push(body: Uint8Array): IngestedPoint[];
}

const maxSeries = 20_000;

/**
 * Takes the pushes of one k6 in their order. k6 pushes running totals (see docs/decisions/remote-write.md): a counter
 * or histogram becomes its difference from the push before; one that did not grow gives no point.
 */
export function createIngest(): Ingest {
  const counters = new Map<string, number>();
  const histograms = new Map<string, ExponentialHistogram>();
  return {
    push(body) {
      return decodePush(body).flatMap((series) => {
        const name = series.labels.__name__ ?? '';
        const kind = kindOf(name, series);
        const tags = Object.fromEntries(Object.entries(series.labels).filter(([label]) => label !== '__name__'));
        const key = JSON.stringify([name, ...Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))]);
        if (counters.size + histograms.size > maxSeries && !counters.has(key) && !histograms.has(key)) return [];
        const points: IngestedPoint[] = [];
        for (const { value, atUnixMs } of series.samples) {
          if (!Number.isFinite(value)) continue;
          let stored = value;
          if (kind.type === 'counter') {
            const before = counters.get(key) ?? 0;
            counters.set(key, value);
            stored = value >= before ? value - before : value;
            if (stored === 0) continue;
          }
          points.push({ ...kind, tags, atUnixMs, value: stored, histogram: null });
        }
        for (const { histogram, atUnixMs } of series.histograms) {
          const before = histograms.get(key);
          histograms.set(key, histogram);
          const added = before ? subtractHistogram(histogram, before) : histogram;
          if (added.count > 0) points.push({ ...kind, tags, atUnixMs, value: null, histogram: added });
        }
        return points;
      });
    },
  };
}

/** Undoes what k6's output makes of a metric's name: prefix, type's suffix, unit's suffix. */
function kindOf(name: string, series: PushedSeries): Pick<IngestedPoint, 'metric' | 'type' | 'unit'> {
  let metric = name.replace(/^k6_/, '');
  const type = series.histograms.length > 0 ? 'trend' : metric.endsWith('_total') ? 'counter' : metric.endsWith('_rate') ? 'rate' : 'gauge';
  if (type === 'counter') metric = metric.slice(0, -'_total'.length);
  if (type === 'rate') metric = metric.slice(0, -'_rate'.length);
  if ((type === 'trend' || type === 'gauge') && metric.endsWith('_seconds')) return { metric: metric.slice(0, -'_seconds'.length), type, unit: 'seconds' };
  if (metric.endsWith('_bytes')) return { metric: metric.slice(0, -'_bytes'.length), type, unit: 'bytes' };
  return { metric, type, unit: metric === 'data_sent' || metric === 'data_received' ? 'bytes' : 'none' };
}

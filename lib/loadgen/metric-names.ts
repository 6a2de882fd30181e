export type MetricType = 'counter' | 'gauge' | 'rate' | 'trend';
export type MetricUnit = 'seconds' | 'bytes' | 'none';

/**
 * k6's own metric behind a series name of its remote-write output, which makes `k6_http_reqs_total` of the counter
 * `http_reqs`, `k6_checks_rate` of the rate `checks`, `k6_http_req_duration_seconds` of a trend of times and
 * `k6_vus` of a gauge (internal/output/prometheusrw). A custom gauge whose own name ends in `_total` or `_rate` cannot
 * be told from a counter or rate.
 */
export function parseSeriesName(
  name: string,
  isHistogram: boolean,
): { metric: string; type: MetricType; unit: MetricUnit } {
  const bare = name.replace(/^k6_/, '');
  if (isHistogram) {
    const unit = /_(seconds|bytes)$/.exec(bare)?.[1];
    return {
      metric: bare.replace(/_(seconds|bytes)$/, ''),
      type: 'trend',
      unit: unit === 'seconds' || unit === 'bytes' ? unit : 'none',
    };
  }
  if (bare.endsWith('_total')) {
    const metric = bare.slice(0, -'_total'.length);
    return { metric, type: 'counter', unit: /^data_(sent|received)$/.test(metric) ? 'bytes' : 'none' };
  }
  if (bare.endsWith('_rate')) return { metric: bare.slice(0, -'_rate'.length), type: 'rate', unit: 'none' };
  return { metric: bare, type: 'gauge', unit: 'none' };
}

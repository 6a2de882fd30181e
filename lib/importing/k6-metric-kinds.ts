import { type MetricKind } from './collector';

const kinds: Readonly<Record<string, MetricKind>> = {
  ...Object.fromEntries(
    ['http_reqs', 'iterations', 'dropped_iterations', 'ws_sessions', 'ws_msgs_sent', 'ws_msgs_received'].map(
      (name) => [name, { type: 'counter', contains: 'default' } as const],
    ),
  ),
  ...Object.fromEntries(
    ['data_sent', 'data_received'].map((name) => [name, { type: 'counter', contains: 'data' } as const]),
  ),
  ...Object.fromEntries(
    ['vus', 'vus_max'].map((name) => [name, { type: 'gauge', contains: 'default' } as const]),
  ),
  ...Object.fromEntries(
    ['checks', 'http_req_failed'].map((name) => [name, { type: 'rate', contains: 'default' } as const]),
  ),
};
const timeMetric =
  /^(http_req_\w+|iteration_duration|group_duration|grpc_req_duration|ws_connecting|ws_session_duration|ws_ping)$/;

/** What one of k6's own metrics is, for files that do not say it; undefined for a script's own metric. */
export function kindOfOwn(metric: string): MetricKind | undefined {
  return kinds[metric] ?? (timeMetric.test(metric) ? { type: 'trend', contains: 'time' } : undefined);
}

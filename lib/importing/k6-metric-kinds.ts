import { type MetricKind } from './collector';

const kinds = new Map<string, MetricKind>(
  (
    [
      [
        { type: 'counter', contains: 'default' },
        [
          'http_reqs',
          'iterations',
          'dropped_iterations',
          'ws_sessions',
          'ws_msgs_sent',
          'ws_msgs_received',
          'grpc_streams',
          'grpc_streams_msgs_sent',
          'grpc_streams_msgs_received',
        ],
      ],
      [{ type: 'counter', contains: 'data' }, ['data_sent', 'data_received']],
      [{ type: 'gauge', contains: 'default' }, ['vus', 'vus_max']],
      [{ type: 'rate', contains: 'default' }, ['checks', 'http_req_failed']],
    ] as const
  ).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
);
const timeMetric =
  /^(http_req_\w+|iteration_duration|group_duration|grpc_req_duration|ws_connecting|ws_session_duration|ws_ping)$/;

/** What one of k6's own metrics is, for files that do not say it; undefined for a script's own metric. */
export function kindOfOwn(metric: string): MetricKind | undefined {
  return kinds.get(metric) ?? (timeMetric.test(metric) ? { type: 'trend', contains: 'time' } : undefined);
}

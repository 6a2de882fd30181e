import { type ExponentialHistogram } from '@/lib/model/histogram';
import { protocols, type Protocol, type RequestUnit } from '@/lib/model/protocol';
import { type RunSummary } from '@/lib/model/run';
import { type StatusClass } from './columns';

interface Role {
  protocol: Protocol;
  /** What counts its requests: the value, or how many values a trend has. */
  counts?: 'value' | 'histogram';
  /** Its times are what a user waits for: an answer, the end of a call, a session that is open. */
  isLatency?: true;
  /** Its times are how long a request takes up a place in a pod. */
  isBusy?: true;
}

/**
 * What k6's own metrics tell of requests (k6 v1.8.1, observed): `grpc_req_duration` has a value for each unary call and,
 * at its end, each stream, under the gRPC status; `ws_connecting` one for each try to open a session, under the status of
 * the handshake, as `ws_sessions` counts them; `ws_session_duration` one for each session that has ended.
 */
const roles: Readonly<Record<string, Role>> = {
  http_reqs: { protocol: 'http', counts: 'value' },
  http_req_duration: { protocol: 'http', isLatency: true, isBusy: true },
  grpc_req_duration: { protocol: 'grpc', counts: 'histogram', isLatency: true, isBusy: true },
  ws_sessions: { protocol: 'websocket', counts: 'value' },
  ws_connecting: { protocol: 'websocket', isLatency: true },
  ws_session_duration: { protocol: 'websocket', isBusy: true },
};
const roleOf = (metric: string): Role | undefined =>
  Object.hasOwn(roles, metric) ? roles[metric] : undefined;
const named = (is: (role: Role) => boolean): string[] =>
  Object.entries(roles).flatMap(([metric, role]) => (is(role) ? [metric] : []));

/** All metrics that tell of requests. */
export const requestMetrics: readonly string[] = Object.keys(roles);
/** Those of what a user waits for, in the order of `protocols`. */
export const latencyMetrics: readonly string[] = named(({ isLatency }) => isLatency === true);

interface Values {
  value: number | null;
  histogram: ExponentialHistogram | null;
}

/** The protocol whose requests a metric tells of; null where it tells of none. */
export function protocolOf(metric: string): Protocol | null {
  return roleOf(metric)?.protocol ?? null;
}

/** What a metric's values are times of: requests by what they are, or `mixed`, whatever a script's own metric tells. */
export function unitOfMetric(metric: string): RequestUnit {
  return protocolOf(metric) ?? 'mixed';
}

/** How many requests a point of a metric counts; null where the metric counts none. */
export function requestsIn(metric: string, { value, histogram }: Values): number | null {
  switch (roleOf(metric)?.counts) {
    case 'value':
      return value ?? 0;
    case 'histogram':
      return histogram?.count ?? 0;
    default:
      return null;
  }
}

/** How many requests one sample of k6's output counts. */
export function requestsInSample(metric: string, value: number): number {
  const counts = roleOf(metric)?.counts;
  return counts === 'value' ? value : counts === 'histogram' ? 1 : 0;
}

/** Whether a metric's times are how long requests took up a place in a pod. */
export function isBusy(metric: string): boolean {
  return roleOf(metric)?.isBusy === true;
}

/** What users waited for in a point, in seconds; null where its metric is of something else. */
export function latencyIn(metric: string, { histogram }: Values): ExponentialHistogram | null {
  return roleOf(metric)?.isLatency ? histogram : null;
}

/** How long requests took up a place in a pod, in seconds; null where its metric is of something else. */
export function busyIn(metric: string, { histogram }: Values): ExponentialHistogram | null {
  return roleOf(metric)?.isBusy ? histogram : null;
}

/** gRPC's codes by the HTTP status that google.rpc.Code gives each, and their names (grpc/doc/statuscodes.md). */
const grpcCodes: readonly (readonly [name: string, http: StatusClass])[] = [
  ['OK', '2xx'],
  ['CANCELLED', '4xx'],
  ['UNKNOWN', '5xx'],
  ['INVALID_ARGUMENT', '4xx'],
  ['DEADLINE_EXCEEDED', '5xx'],
  ['NOT_FOUND', '4xx'],
  ['ALREADY_EXISTS', '4xx'],
  ['PERMISSION_DENIED', '4xx'],
  ['RESOURCE_EXHAUSTED', '4xx'],
  ['FAILED_PRECONDITION', '4xx'],
  ['ABORTED', '4xx'],
  ['OUT_OF_RANGE', '4xx'],
  ['UNIMPLEMENTED', '5xx'],
  ['INTERNAL', '5xx'],
  ['UNAVAILABLE', '5xx'],
  ['DATA_LOSS', '5xx'],
  ['UNAUTHENTICATED', '4xx'],
];

/** The names of gRPC's statuses, in the order of their codes. */
export const grpcStatusNames: readonly string[] = grpcCodes.map(([name]) => name);

/** The class of the HTTP status that stands for a gRPC status, by its name. */
export function statusClassOfName(name: string): StatusClass {
  return grpcCodes.find(([known]) => known === name)?.[1] ?? 'none';
}

/** A status as its protocol's readers know it: `503`, `UNAVAILABLE`. */
export function statusNameOf(metric: string, status: string): string {
  return protocolOf(metric) === 'grpc' ? (grpcCodes[Number(status)]?.[0] ?? status) : status;
}

/**
 * The class of an answer by k6's `status` tag: of HTTP its first digit, `0` is no answer; of gRPC that of the HTTP status
 * which stands for its code; of WebSocket a handshake that was accepted (101) is as good as a 2xx. A script may leave the
 * tag out (`systemTags`).
 */
export function statusClassOf(metric: string, status: string | undefined): StatusClass {
  if (status === undefined) return 'unknown';
  const protocol = protocolOf(metric);
  if (protocol === 'grpc') return grpcCodes[Number(status)]?.[1] ?? 'none';
  if (protocol === 'websocket' && status === '101') return '2xx';
  switch (status[0]) {
    case '2':
      return '2xx';
    case '3':
      return '3xx';
    case '4':
      return '4xx';
    case '5':
      return '5xx';
    default:
      return 'none';
  }
}

/** Whether a series' requests failed: HTTP's as the script expects, gRPC's by any status but OK, a session that was not opened. */
export function isFailed(metric: string, tags: Readonly<Record<string, string>>): boolean {
  switch (protocolOf(metric)) {
    case 'grpc':
      return tags.status !== undefined && tags.status !== '0';
    case 'websocket':
      return tags.status !== undefined && tags.status !== '101';
    default:
      return tags.expected_response === 'false';
  }
}

/** What k6's end-of-test summary knows of all requests of a run. */
export interface SummedRequests {
  count: number;
  perSecond: number;
  /** Null where k6 counts no failures: of gRPC and WebSocket. */
  failures: number | null;
  /** The metric of what users waited for; null where several protocols have one each: their percentiles cannot be put together. */
  latencyMetric: string | null;
  protocols: Protocol[];
}

/** How much these metrics counted together, by k6's own summary, and a second; null where it does not tell. */
export function countedIn(
  summary: RunSummary | null,
  metrics: readonly string[],
): Pick<SummedRequests, 'count' | 'perSecond'> | null {
  const found = summary?.metrics.filter(({ metric }) => metrics.includes(metric)) ?? [];
  if (summary === null || found.length === 0) return null;
  let count = 0;
  let perSecond = 0;
  for (const { values } of found) {
    if (values.count === undefined) return null;
    count += values.count;
    perSecond +=
      values.rate ?? (summary.testRunDurationMs > 0 ? values.count / (summary.testRunDurationMs / 1000) : 0);
  }
  return { count, perSecond };
}

/** The summary's figures of requests, over all protocols; null where there is none or it lacks a count. */
export function summedRequests(summary: RunSummary | null): SummedRequests | null {
  const valuesOf = (metric: string) => summary?.metrics.find((one) => one.metric === metric)?.values;
  const counting = named(({ counts }) => counts !== undefined).filter(valuesOf);
  const counted = countedIn(summary, counting);
  if (counted === null) return null;
  const found = counting.map((metric) => roles[metric]!.protocol);
  const latency = latencyMetrics.filter((metric) => found.includes(roles[metric]!.protocol));
  return {
    ...counted,
    failures:
      found.length === 1 && found[0] === 'http' ? (valuesOf('http_req_failed')?.passes ?? null) : null,
    latencyMetric: latency.length === 1 ? latency[0]! : null,
    protocols: found,
  };
}

/** The metric of what users waited for by which a run is told: its summary's, else the one HTTP has. */
export function latencyMetricOf(summary: RunSummary | null): string | null {
  const summed = summedRequests(summary);
  return summed === null ? 'http_req_duration' : summed.latencyMetric;
}

/** What the requests of a file with these series are: of one without any, as other tools write, HTTP requests. */
export function protocolsOf(series: readonly { metric: string }[]): Protocol[] {
  const found = protocolsIn(series.map(({ metric }) => metric));
  return found.length === 0 ? ['http'] : found;
}

/** The protocols whose requests these metrics tell of, in the order of `protocols`. */
export function protocolsIn(metrics: readonly string[]): Protocol[] {
  const found = new Set(metrics.map(protocolOf));
  return protocols.filter((protocol) => found.has(protocol));
}

import { steadyNow } from '@/lib/environment/steady-clock';
import { CodedError, message, type Message, messageOfError } from '@/lib/model/message';
import { boundedFetch, type Bounds } from '@/lib/outgoing/bounded-fetch';
import { SecondMeans } from './second-means';

/** Requests of one service at the gateway, at one moment, summed over its clusters and gateway replicas. */
export interface GatewayReading {
  active: number;
  waiting: number;
}

const line =
  /^(envoy_cluster_upstream_rq_active|envoy_cluster_upstream_rq_pending_active)\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}\s+(\S+)/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Whose requests are read. */
export interface GatewayService {
  name: string;
  namespace: string;
  /** The one upstream cluster that is meant; null: by name. */
  cluster: string | null;
  /** The names of its revisions, as far as they are known: they may be its own. */
  revisions?: ReadonlySet<string>;
}

/**
 * Reads Envoy's gauges out of Prometheus text for one service: clusters named `<ns>/<revision>` (the lab) or in Istio's
 * form `outbound|80||<revision>.<ns>.svc.cluster.local`; or just `cluster` where that is given. Null when no line of the
 * text is of that service, which is not the same as 0.
 */
export function readGatewayText(text: string, service: GatewayService): GatewayReading | null {
  let reading: GatewayReading | null = null;
  for (const row of text.split('\n')) {
    const found = line.exec(row);
    if (!found) continue;
    const name = [...found[2]!.matchAll(label)].find(
      (match) => match[1] === 'envoy_cluster_name' || match[1] === 'cluster_name',
    )?.[2];
    if (name === undefined || !isOf(name, service)) continue;
    const value = Number(found[3]);
    if (!Number.isFinite(value)) continue;
    reading ??= { active: 0, waiting: 0 };
    if (found[1]!.includes('pending')) reading.waiting += value;
    else reading.active += value;
  }
  return reading;
}

function isOf(cluster: string, service: GatewayService): boolean {
  if (service.cluster) return cluster === service.cluster;
  const [, namespace, workload] = /^([^/|]+)\/([^/|]+)$/.exec(cluster) ?? [];
  if (namespace !== undefined) return namespace === service.namespace && belongs(workload!, service);
  const [, host, hostNamespace] = /\|\|([^.]+)\.([^.]+)\./.exec(cluster) ?? [];
  return host !== undefined && hostNamespace === service.namespace && belongs(host, service);
}

/**
 * By the revisions that are known. Where none is: each begins with its service's name, as Knative asks for, and what ends
 * as Knative's own names of revisions do is of a service of a longer name.
 */
function belongs(workload: string, { name, revisions }: GatewayService): boolean {
  const own = workload.replace(/-private$/, '');
  if (own === name || revisions?.has(own)) return true;
  if (!own.startsWith(`${name}-`)) return false;
  const rest = own.slice(name.length + 1);
  return /^\d{5}$/.test(rest) || (!revisions?.size && !/-\d{5}$/.test(rest));
}

/** A page of a gateway with some thousand clusters has some MB. */
export const gatewayBounds: Bounds = { ms: 2000, bytes: 32 * 2 ** 20 };

export interface GatewaySampler {
  /** Reads once more after this time, beside the readings of each interval. */
  readAgain(afterMs: number): void;
  stop(): void;
}

/**
 * Reads the gateway every `intervalMs` and gives, each second, the mean of that second's readings. A reading that fails
 * is told, never taken for 0; a second without a reading gives no sample.
 */
export function sampleGateway(options: {
  metricsUrl: string;
  service: GatewayService;
  intervalMs: number;
  onReading: (reading: GatewayReading, atUnixMs: number) => void;
  onSecond: (mean: GatewayReading, atUnixMs: number) => void;
  onFailure: (cause: Message, atUnixMs: number) => void;
}): GatewaySampler {
  const means = new SecondMeans();
  let busy = false;
  let stopped = false;
  const read = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const { status, body } = await boundedFetch(options.metricsUrl, gatewayBounds);
      if (status !== 200) throw new CodedError(message('gaps.answered', { url: options.metricsUrl, status }));
      const reading = readGatewayText(body.toString(), options.service);
      if (!reading)
        throw new CodedError(
          message('gaps.no-cluster-of-service', {
            url: options.metricsUrl,
            namespace: options.service.namespace,
            name: options.service.name,
          }),
        );
      if (stopped) return;
      const now = steadyNow();
      closeSecond(now);
      means.add(reading, now);
      options.onReading(reading, now);
    } catch (error) {
      if (stopped) return;
      closeSecond(steadyNow());
      options.onFailure(messageOfError(error), steadyNow());
    } finally {
      busy = false;
    }
  };
  const closeSecond = (now: number): void => {
    const ended = means.close(now);
    if (ended) options.onSecond(ended.mean, ended.atUnixMs);
  };
  const timer = setInterval(() => void read(), options.intervalMs);
  void read();
  let extra: NodeJS.Timeout | undefined;
  return {
    readAgain(afterMs) {
      clearTimeout(extra);
      extra = setTimeout(() => void read(), afterMs);
    },
    stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(extra);
    },
  };
}

import { clusterOf, type GatewayService } from './gateway-clusters';

/** What Envoy's page of upstream hosts says that each was sent so far, of a service's revisions. */
export interface HostTotals {
  /** By cluster and address. */
  hosts: ReadonlyMap<string, { revision: string; total: number }>;
  /** Whether there were clusters of others: this Envoy passes the filter over. */
  isWhole: boolean;
}

const hostLine = /^(.+?)::(\S+)::rq_total::(\d+)$/;

/** Reads the text of Envoy's `/clusters` (https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--clusters). */
export function readHosts(text: string, service: GatewayService): HostTotals {
  const hosts = new Map<string, { revision: string; total: number }>();
  let isWhole = false;
  for (const row of text.split('\n')) {
    const [found, cluster = '', address = '', total] = hostLine.exec(row) ?? [];
    if (found === undefined) continue;
    const revision = clusterOf(cluster, '', service)?.revision ?? null;
    if (revision !== null) hosts.set(`${cluster} ${address}`, { revision, total: Number(total) });
    else if (!cluster.includes(service.name)) isWhole = true;
  }
  return { hosts, isWhole };
}

/** The counters are asked again so often (ms), so that no revision is counted by hosts of another name for long. */
const countedForMs = 30_000;

/**
 * Counts a service's requests by its upstream hosts, which takes Envoy a tenth of what its clusters' counters take
 * (docs/benchmarks.md). A host that goes takes its number with it: then the counters are asked, and counted on from there.
 */
export class HostCounts {
  private last: { counts: Record<string, number>; hosts: HostTotals['hosts']; sinceMs: number } | null = null;

  /** What each revision was sent so far; null: only the counters know. */
  count({ hosts }: HostTotals, atMs: number): Readonly<Record<string, number>> | null {
    const { last } = this;
    if (!last || atMs - last.sinceMs > countedForMs) return null;
    const counts = { ...last.counts };
    for (const [key, { total }] of last.hosts) if ((hosts.get(key)?.total ?? -1) < total) return null;
    for (const [key, { revision, total }] of hosts)
      counts[revision] = (counts[revision] ?? 0) + total - (last.hosts.get(key)?.total ?? 0);
    this.last = { ...last, counts, hosts };
    return counts;
  }

  /** What the counters said at the time of these totals. */
  countFrom(counts: Readonly<Record<string, number>> | undefined, { hosts }: HostTotals, atMs: number): void {
    const known = new Set([...hosts.values()].map(({ revision }) => revision));
    // Of a revision without hosts they do not tell.
    const isTold = counts !== undefined && Object.keys(counts).every((revision) => known.has(revision));
    this.last = isTold ? { counts: { ...counts }, hosts, sinceMs: atMs } : null;
  }
}

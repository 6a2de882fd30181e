import { PodConnections, type PodProtocol } from './pod-connections';

interface PodSlot {
  name: string;
  connections: PodConnections;
  active: number;
  draining: boolean;
  onIdle: (() => void) | null;
}

export interface AcquiredPod {
  name: string;
  connections: PodConnections;
  /** Gives the place back; called once. */
  release: () => void;
}

/** The pods of one revision as the gateway sees them: places, the queue before them, and the counts. */
export class Upstream {
  /** Answers by the class of their status, the gateway's own among them. */
  readonly responses = new Map<string, number>();
  /** What Envoy's counters of the same names count. */
  readonly counts = {
    /** Has reached a pod. */
    rq_total: 0,
    /** Refused since too many waited. */
    rq_pending_overflow: 0,
    /** Left while they waited. */
    rq_cancelled: 0,
    /** Attempts after the first. */
    rq_retry: 0,
  };
  private came = 0;
  private readonly pods: PodSlot[] = [];
  private queue: ((pod: AcquiredPod | null) => void)[] = [];
  private hasEnded = false;
  private inside = 0;
  private integral = 0;
  private integralAtMs = performance.now();
  private meanAtMs = performance.now();
  private cameAtRate = 0;
  private rateAtMs = performance.now();

  /** `concurrency` is the hard limit a pod; 0: none. */
  constructor(
    readonly name: string,
    private readonly concurrency: number,
    /** Told when a request begins to wait. */
    private readonly onWaiting: () => void,
    /** Told when a request comes while none is under way. */
    private readonly onFirst: () => void = () => {},
  ) {}

  /** Requests inside pods. */
  get active(): number {
    return this.inside;
  }

  /** Requests that were answered, as far as the answer's head. */
  get completed(): number {
    return [...this.responses.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Requests that wait for a place. */
  get pending(): number {
    return this.queue.length;
  }

  addPod(name: string, port: number, protocol: PodProtocol = 'http1'): void {
    const connections = new PodConnections(port, protocol);
    this.pods.push({ name, connections, active: 0, draining: false, onIdle: null });
    this.serveQueue();
  }

  /** Takes a pod out of rotation; resolves when its last request is answered. */
  async drainPod(name: string): Promise<void> {
    const pod = this.pods.find((p) => p.name === name);
    if (!pod) return;
    pod.draining = true;
    if (pod.active > 0) await new Promise<void>((resolve) => (pod.onIdle = resolve));
    this.dropPod(name);
  }

  /** A pod that died: its requests fail. */
  dropPod(name: string): void {
    const index = this.pods.findIndex((p) => p.name === name);
    if (index < 0) return;
    const [pod] = this.pods.splice(index, 1);
    pod!.connections.destroy();
  }

  /** No pod will come any more: nobody is left waiting for one, and nobody waits from now on. */
  endQueue(): void {
    this.hasEnded = true;
    this.account();
    for (const serve of this.queue.splice(0)) serve(null);
  }

  /**
   * Calls back with a place in a pod as soon as there is one, or with null where none will come; the result takes the
   * request from the queue. `tried`: pods that could not be reached for it, and are taken only where no other is free.
   */
  acquire(serve: (pod: AcquiredPod | null) => void, tried: readonly string[] = []): () => void {
    if (tried.length > 0) this.counts.rq_retry++;
    else this.came++;
    if (this.inside + this.queue.length === 0) this.onFirst();
    const pod = (tried.length > 0 ? this.freePod(tried) : null) ?? this.freePod();
    if (pod) {
      this.give(pod, serve);
      return () => {};
    }
    if (this.hasEnded) {
      serve(null);
      return () => {};
    }
    this.account();
    this.queue.push(serve);
    if (this.queue.length === 1) this.onWaiting();
    return () => {
      const index = this.queue.indexOf(serve);
      if (index < 0) return;
      this.account();
      this.queue.splice(index, 1);
      this.counts.rq_cancelled++;
    };
  }

  /** Refuses a request since too many wait. */
  overflow(): void {
    this.counts.rq_pending_overflow++;
    this.count('5xx');
  }

  count(responseClass: string): void {
    this.responses.set(responseClass, (this.responses.get(responseClass) ?? 0) + 1);
  }

  /** Mean of requests in flight, waiting ones included, since the last call: exact, by integration. */
  takeMean(): number {
    // One moment ends the sum and its time: 50 in flight are never 50.001, which would ask for an eleventh pod of five.
    const now = this.account();
    const mean =
      now > this.meanAtMs ? this.integral / (now - this.meanAtMs) : this.inside + this.queue.length;
    this.integral = 0;
    this.meanAtMs = now;
    // Sums of fractions of a millisecond end in a last digit or two too much.
    return Math.round(mean * 1e6) / 1e6;
  }

  /** Requests that have come since the last `takeRate`. */
  get arrived(): number {
    return this.came - this.cameAtRate;
  }

  /** Requests a second that have come since the last call, as queue-proxy and activator count them: when they come. */
  takeRate(): number {
    const now = performance.now();
    const rate = (this.arrived * 1000) / Math.max(now - this.rateAtMs, 1);
    this.cameAtRate = this.came;
    this.rateAtMs = now;
    return rate;
  }

  close(): void {
    for (const pod of this.pods) pod.connections.destroy();
  }

  private freePod(without: readonly string[] = []): PodSlot | null {
    let best: PodSlot | null = null;
    for (const pod of this.pods) {
      if (pod.draining || (this.concurrency > 0 && pod.active >= this.concurrency)) continue;
      if (without.includes(pod.name)) continue;
      if (!best || pod.active < best.active) best = pod;
    }
    return best;
  }

  private give(pod: PodSlot, serve: (pod: AcquiredPod) => void): void {
    this.account();
    pod.active++;
    this.inside++;
    serve({ name: pod.name, connections: pod.connections, release: () => this.release(pod) });
  }

  private release(pod: PodSlot): void {
    this.account();
    pod.active--;
    this.inside--;
    if (pod.draining && pod.active === 0) pod.onIdle?.();
    this.serveQueue();
  }

  private serveQueue(): void {
    while (this.queue.length > 0) {
      const pod = this.freePod();
      if (!pod) return;
      this.account();
      this.give(pod, this.queue.shift()!);
    }
  }

  private account(): number {
    const now = performance.now();
    this.integral += (this.inside + this.queue.length) * (now - this.integralAtMs);
    this.integralAtMs = now;
    return now;
  }
}

/** The revisions' counts as Prometheus text under Envoy's names. */
export function prometheusText(upstreams: Iterable<Upstream>): string {
  const rows: Record<string, string[]> = {};
  const add = (metric: string, upstream: Upstream, value: number, label = ''): void => {
    (rows[metric] ??= []).push(`${metric}{envoy_cluster_name="${upstream.name}"${label}} ${value}`);
  };
  for (const upstream of upstreams) {
    add('envoy_cluster_upstream_rq_active', upstream, upstream.active);
    add('envoy_cluster_upstream_rq_pending_active', upstream, upstream.pending);
    for (const [name, count] of Object.entries(upstream.counts))
      add(`envoy_cluster_upstream_${name}`, upstream, count);
    add('envoy_cluster_upstream_rq_completed', upstream, upstream.completed);
    for (const [responseClass, count] of upstream.responses)
      add(
        'envoy_cluster_upstream_rq_xx',
        upstream,
        count,
        `,envoy_response_code_class="${responseClass[0]}"`,
      );
  }
  return Object.entries(rows)
    .map(
      ([metric, lines]) =>
        `# TYPE ${metric} ${metric.endsWith('_active') ? 'gauge' : 'counter'}\n${lines.join('\n')}\n`,
    )
    .join('');
}

import { steadyNow } from '@/lib/environment/steady-clock';
import { CodedError, message, type Message, messageOfError } from '@/lib/model/message';
import { metricsAddresses } from '@/lib/model/service-input';
import { boundedFetch, type Bounds } from '@/lib/outgoing/bounded-fetch';
import { clusterOf, type GatewayService, hostsAddress, waysOfAsking } from './gateway-clusters';
import { HostCounts, type HostTotals, readHosts } from './host-counts';
import { RequestRates, type RevisionRates } from './request-rates';
import { middleOfNextSecond, SecondMeans, sumByRevision } from './second-means';

/** Requests of one service at the gateway, at one moment, summed over its clusters and gateway replicas. */
export interface GatewayReading {
  active: number;
  waiting: number;
  /** Active and waiting of each revision, by its name; null where the clusters' names do not tell. */
  byRevision: Readonly<Record<string, number>> | null;
  /** Requests that each revision was sent so far, where that was asked for and the clusters' names tell. */
  requests?: Readonly<Record<string, number>>;
}

const line =
  /^envoy_cluster_(?:(\w+?)_)?upstream_rq_(pending_active|active|total)\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}\s+(\S+)/;
/** Of Envoy's plain statistics, where a name is whole. */
const plainLine = /^cluster\.(.+)\.upstream_rq_(pending_active|active|total): (\d+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/**
 * Reads Envoy's gauges out of Prometheus text, or its own plain text, for one service, by the names that gateways give its clusters. Null when
 * no line of the text is of that service, which is not the same as 0.
 */
export function readGatewayText(text: string, service: GatewayService): GatewayReading | null {
  let reading: GatewayReading | null = null;
  for (const row of text.split('\n')) {
    const gauge = plainGauge(row) ?? prometheusGauge(row);
    const cluster = gauge && clusterOf(gauge.name, gauge.rest, service);
    if (!cluster) continue;
    const { value, kind } = gauge;
    if (!Number.isFinite(value)) continue;
    const own = cluster.revision === null ? null : { [cluster.revision]: value };
    if (kind !== 'total')
      reading = addedUp(reading ?? noRequests, {
        active: kind === 'active' ? value : 0,
        waiting: kind === 'active' ? 0 : value,
        byRevision: own,
      });
    else if (service.countsRequests && own)
      reading = addedUp(reading ?? noRequests, { ...noRequests, requests: own });
  }
  return reading;
}

const noRequests: GatewayReading = { active: 0, waiting: 0, byRevision: {} };

function addedUp(a: GatewayReading, b: GatewayReading): GatewayReading {
  return {
    active: a.active + b.active,
    waiting: a.waiting + b.waiting,
    byRevision: a.byRevision && b.byRevision && sumByRevision([a.byRevision, b.byRevision]),
    ...(a.requests || b.requests ? { requests: sumByRevision([a.requests ?? {}, b.requests ?? {}]) } : {}),
  };
}

interface Gauge {
  /** The cluster's, and what of it Envoy made part of the metric's name. */
  name: string;
  rest: string;
  kind: 'active' | 'pending_active' | 'total';
  value: number;
}

function plainGauge(row: string): Gauge | null {
  const [, name, kind, number] = plainLine.exec(row) ?? [];
  return name === undefined ? null : { name, rest: '', kind: kind as Gauge['kind'], value: Number(number) };
}

function prometheusGauge(row: string): Gauge | null {
  const [found, rest = '', kind, labels = '', number] = line.exec(row) ?? [];
  if (found === undefined) return null;
  const name = [...labels.matchAll(label)].find(
    (match) => match[1] === 'envoy_cluster_name' || match[1] === 'cluster_name',
  )?.[2];
  return name === undefined ? null : { name, rest, kind: kind as Gauge['kind'], value: Number(number) };
}

/** A page of a gateway with some thousand clusters has some MB. */
export const gatewayBounds: Bounds = { ms: 2000, bytes: 32 * 2 ** 20 };

/** Why a gateway's page gave no reading, where it answered. */
function whyNone(url: string, text: string, { namespace, name }: GatewayService): CodedError {
  return new CodedError(
    /upstream_rq_active/.test(text) || !/^(istio|envoy)_/m.test(text)
      ? message('gaps.no-cluster-of-service', { url, namespace, name })
      : message('gaps.gauges-left-out', { url }),
  );
}

/** What a page does not tell when it is asked the quick way is looked into this often: that takes more of it. */
const lookAgainMs = 10_000;

/** Reads one replica's page, again and again, by the cheapest way that it knows. */
class GatewayPage {
  /** How many of the ways it has been found not to know. */
  private unknown = 0;
  /** What it means for so long that nothing is told: clusters that were never used, so 0, or no reading. */
  private unsaid: { is: GatewayReading | CodedError; untilMs: number } | null = null;

  constructor(
    private readonly url: string,
    private readonly ms = gatewayBounds.ms,
  ) {}

  /** What the upstream hosts were sent; null: this page does not tell of them, or not by revision. */
  private hostCounts: HostCounts | null = new HostCounts();

  /** A reading, or why the page, which answers, has none of the service. Throws a CodedError. */
  async read(service: GatewayService): Promise<GatewayReading | CodedError> {
    if (!service.countsRequests || !this.hostCounts) return this.readPage(service);
    const totals = await this.readHosts(service);
    const atMs = steadyNow();
    const requests = totals && this.hostCounts.count(totals, atMs);
    if (requests) {
      const reading = await this.readPage({ ...service, countsRequests: false });
      return reading instanceof CodedError ? reading : { ...reading, requests };
    }
    const reading = await this.readPage(service);
    if (totals)
      this.hostCounts?.countFrom(reading instanceof CodedError ? undefined : reading.requests, totals, atMs);
    return reading;
  }

  /** Null where the page has no filter for hosts, or none of hosts: it is not asked again. */
  private async readHosts(service: GatewayService): Promise<HostTotals | null> {
    const address = hostsAddress(this.url, service);
    // What the counters tell needs no such answer.
    const answer = address === null ? null : await this.ask(address).catch(() => null);
    const totals = answer?.status === 200 ? readHosts(answer.text, service) : null;
    if (totals && !totals.isWhole) return totals;
    this.hostCounts = null;
    return null;
  }

  private async readPage(service: GatewayService): Promise<GatewayReading | CodedError> {
    const ways = waysOfAsking(this.url, service).slice(this.unknown);
    const [first] = ways;
    if (first) {
      const reading = await this.readBy(first.quick, service);
      if (reading) return reading;
      if (this.unsaid && Date.now() < this.unsaid.untilMs) return this.unsaid.is;
    }
    for (const [skipped, { quick, sure }] of ways.entries()) {
      if (skipped === 0 && sure === quick) continue;
      const reading = await this.readBy(sure, service);
      if (!reading) continue;
      this.unknown += skipped;
      if (sure !== quick) this.mean(noRequests);
      return reading;
    }
    const { status, text } = await this.ask(this.url);
    if (status !== 200) throw new CodedError(message('gaps.answered', { url: this.url, status }));
    const reading = readGatewayText(text, service);
    if (reading) {
      this.unknown = Infinity;
      return reading;
    }
    return this.mean(whyNone(this.url, text, service));
  }

  private mean<T extends GatewayReading | CodedError>(is: T): T {
    this.unsaid = { is, untilMs: Date.now() + lookAgainMs };
    return is;
  }

  private async readBy(address: string, service: GatewayService): Promise<GatewayReading | null> {
    const { status, text } = await this.ask(address);
    return status === 200 ? readGatewayText(text, service) : null;
  }

  private async ask(url: string): Promise<{ status: number; text: string }> {
    const { status, body } = await boundedFetch(url, { ...gatewayBounds, ms: this.ms });
    return { status, text: body.toString() };
  }
}

/** What all replicas' pages say together; one without a cluster of the service adds nothing. Throws a CodedError. */
async function readAll(pages: readonly GatewayPage[], service: GatewayService): Promise<GatewayReading> {
  const read = await Promise.all(pages.map((page) => page.read(service)));
  const readings = read.flatMap((one) => (one instanceof CodedError ? [] : [one]));
  const [none] = read;
  if (readings.length === 0 && none instanceof CodedError) throw none;
  return readings.reduce(addedUp, noRequests);
}

/** Reads the gateway once; answers within `ms`. Throws a CodedError that says why there is no reading. */
export async function readGatewayOnce(
  written: string,
  service: GatewayService,
  ms: number,
): Promise<GatewayReading> {
  return readAll(
    metricsAddresses(written).map((url) => new GatewayPage(url, ms)),
    service,
  );
}

export interface GatewaySampler {
  /** Reads once more after this time, beside the readings of each interval. */
  readAgain(afterMs: number): void;
  stop(): void;
}

/** A longer interval is one reading in each second, the least that the calculation needs. */
const longestIntervalMs = 900;
/**
 * The gateway answers us for at most this part of the time, down to one answer a second. Envoy's CPU is up to 1.6 times
 * what its answer takes.
 */
const busyPart = 0.005;
/** While nothing is in a pod: when the first request comes, and how many wait for a first pod, only readings tell. */
const quietBusyPart = 0.006;
/** How many answers tell how long one takes at best: what is longer waited for a core. */
const timedAnswers = 10;
/** The first answers tell nothing of that: connections are made, and the way to ask is looked for. */
const untimedAnswers = 3;

/** How long to wait from now. One reading a second falls into the middle of its second: no second is without, none has two. */
function waitMs(intervalMs: number): number {
  const now = steadyNow();
  return intervalMs <= longestIntervalMs ? intervalMs : middleOfNextSecond(now) - now;
}

/**
 * Reads the gateway every `intervalMs`, or more rarely where an answer takes it long, and gives, each second, the mean of
 * that second's readings. A reading that fails is told, never taken for 0; a second without a reading gives no sample.
 */
export function sampleGateway(options: {
  /** As metricsAddresses takes it. */
  metricsUrl: string;
  /** Asked at each reading: revisions come while it goes on. */
  service: () => GatewayService;
  intervalMs: number;
  onReading: (reading: GatewayReading, atUnixMs: number) => void;
  onSecond: (mean: GatewayReading, atUnixMs: number) => void;
  /** About each second, where the service has its requests counted: requests/s of each revision since the last time. */
  onRates?: (rates: RevisionRates, atUnixMs: number) => void;
  onFailure: (cause: Message, atUnixMs: number) => void;
}): GatewaySampler {
  const requestRates = new RequestRates();
  const means = new SecondMeans();
  const pages = metricsAddresses(options.metricsUrl).map((url) => new GatewayPage(url));
  const tookMs: number[] = [];
  let busy = false;
  let stopped = false;
  let quiet = true;
  const read = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    const askedMs = performance.now();
    try {
      const service = options.service();
      const reading = await readAll(pages, service);
      if (stopped) return;
      const now = steadyNow();
      quiet = reading.active === 0;
      closeSecond(now);
      means.add(reading, now);
      options.onReading(reading, now);
      if (service.countsRequests) rate(reading, now, service);
    } catch (error) {
      if (stopped) return;
      closeSecond(steadyNow());
      requestRates.interrupt();
      options.onFailure(messageOfError(error), steadyNow());
    } finally {
      tookMs.push(performance.now() - askedMs);
      if (tookMs.length > timedAnswers) tookMs.shift();
      busy = false;
    }
  };
  const rate = (
    { requests, active, waiting }: GatewayReading,
    now: number,
    service: GatewayService,
  ): void => {
    const isUnused = !requests && active + waiting === 0;
    // Without a request yet none is counted: that is 0 of each. Else this gateway does not tell.
    const rates = requests || isUnused ? requestRates.take(requests ?? {}, now, service) : null;
    if (requests && rates) options.onRates?.(rates, now);
  };
  const closeSecond = (now: number): void => {
    const ended = means.close(now);
    if (ended) options.onSecond(ended.mean, ended.atUnixMs);
  };
  let timer: NodeJS.Timeout | undefined;
  const goOn = (): void => {
    if (stopped) return;
    const isTimed = tookMs.length > untimedAnswers;
    const atBest = isTimed ? Math.min(...tookMs) / (quiet ? quietBusyPart : busyPart) : 0;
    timer = setTimeout(() => void read().then(goOn), waitMs(Math.max(options.intervalMs, atBest)));
  };
  void read().then(goOn);
  let extra: NodeJS.Timeout | undefined;
  return {
    readAgain(afterMs) {
      clearTimeout(extra);
      extra = setTimeout(() => void read(), afterMs);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      clearTimeout(extra);
    },
  };
}

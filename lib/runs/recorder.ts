import { type AutoscalerConfig, MeasuredPods } from '@/lib/autoscaling';
import { type IngestedPoint } from '@/lib/loadgen/ingest';
import { type NewClusterReport } from '@/lib/model/cluster-report';
import { type Message } from '@/lib/model/message';
import { type Store } from '@/lib/store/client';
import * as rows from '@/lib/store/recording';
import { noteProtocols } from '@/lib/store/runs';
import { busyIn, protocolOf } from '@/lib/timeline/protocols';
import { columnOfPush, startOfColumn } from '@/lib/timeline/columns';
import {
  type ConcurrencySample,
  isLate,
  type LogLine,
  type MetricPoint,
  type PodEvent,
  type RecordedPast,
  type RecordingGap,
  tagsKeyOf,
} from '@/lib/model/recording';
import { InFlight, type InFlightSecond } from '@/lib/timeline/in-flight';
import { type NewDecision } from './annotator';
import { announceChange, type Change } from './changes';
import { type PastInput, type PastPod } from './past';
import { type Part, RecordedGaps } from './recorded-gaps';
import { SeenPods } from './seen-pods';
import { ServiceAnnotator, type RevisionSettings, type ServiceAnnotatorOptions } from './service-annotator';
import { QueueFull, WriteQueue } from './write-queue';
import { protocols, type Protocol } from '@/lib/model/protocol';

/** How much of a run waits in memory while the database cannot be written: some minutes of a run with 1,000 series. */
const maxWaitingBytes = 64 * 2 ** 20;
const retryMs = 250;

/** What the gateway counted is good for so long: two questions of a slow one. */
const countedForMs = 2500;
/** Its first second, and one or two that it did not answer in, are no assumption worth telling. */
const fewUncounted = 0.1;
/** From when on, and how much below k6's the gateway's number is doubted: half is what one of two replicas shows. */
const fewestSeconds = 10;
const leastInFlight = 4;
const shortPart = 0.75;

/**
 * Writes one run's recording: everything that happens is put on the run's clock and stored in the order in which it
 * came; the calculation runs over what was handed over. All methods may be called at any time; writes are one after
 * another. What cannot be stored waits in memory; what is more than may wait is a gap.
 */
export class Recorder {
  private annotator: ServiceAnnotator | null = null;
  /** What each revision is scaled by, as last told. */
  private readonly settings = new Map<string, RevisionSettings>();
  private readonly pods = new SeenPods();
  private readonly measuredPods = new MeasuredPods();
  /** Seconds that were recorded before the load. */
  private readonly before: Pick<ConcurrencySample, 'atMs' | 'total' | 'byRevision'>[] = [];
  private readonly seriesIds = new Map<string, number>();
  private closed = false;
  private readonly gaps: RecordedGaps;
  /** Where no gateway can be read: what is in flight by k6's own durations, and the row of each second. */
  private derived: {
    inFlight: InFlight | null;
    rows: Map<number, { row: StoredRow; total: number }>;
  } | null = null;
  /** Seconds that k6's requests took together, and the sum and number of the gateway's seconds in the load. */
  private readonly counted = { k6Seconds: 0, gateway: 0, gatewaySeconds: 0 };
  /** What its requests have been of so far. */
  private readonly protocols = new Set<Protocol>();
  private loadStartMs: number | null = null;
  /** The part of 1 of the requests that the Route gives each revision; null: it did not tell. */
  private shares: Record<string, number> | null = null;
  /** Seconds of requests/s by whom they were told, and when the gateway did last. */
  private readonly rates = { gateway: 0, k6: 0, countedMs: -Infinity };
  private lastColumnMs: number | null = null;
  private readonly queue: WriteQueue;
  private readonly zeroMs: number;

  /**
   * `originMs`: the run's zero, Unix ms; `zeroMs`: the same by the clock that `toClock` is given times of (`RunClock`).
   * `onError` is told what could not be stored for another reason than a database that cannot be written.
   */
  constructor(
    private readonly store: Store,
    readonly runId: string,
    readonly originMs: number,
    private readonly onError: (error: unknown) => void,
    options: { maxBytes?: number; zeroMs?: number } = {},
  ) {
    const { maxBytes = maxWaitingBytes, zeroMs = originMs } = options;
    this.zeroMs = zeroMs;
    this.queue = new WriteQueue({ maxBytes, retryMs }, () => announceChange(runId, 'rows'));
    this.gaps = new RecordedGaps(store, runId, (action) => this.keep(action));
  }

  /** Since when nothing of this run can be stored, and why; null while it can. */
  get failing(): WriteQueue['failing'] {
    return this.queue.failing;
  }

  /** A time of the steady clock on the run's clock, in whole ms. */
  toClock(steadyMs: number): number {
    return Math.round(steadyMs - this.zeroMs);
  }

  /** The load begins: so does the calculation, with the pods that are known by now and what came before. */
  startAnnotator(
    config: AutoscalerConfig,
    atMs: number,
    more: Pick<ServiceAnnotatorOptions, 'past' | 'pastOf' | 'configOf'> = {},
  ): void {
    const isTakenOn = this.loadStartMs !== null;
    this.loadStartMs ??= atMs;
    this.annotator = new ServiceAnnotator({
      config,
      ...more,
      originMs: this.originMs,
      atMs,
      pods: this.pods.all,
      measured: this.measuredPods,
      settings: [...this.settings.values()],
      byRevision: config.metric === 'rps' ? this.shares : this.before.at(-1)?.byRevision,
    });
    const pasts = this.annotator.pasts.flatMap(({ revision, past: { known, seconds } }): RecordedPast[] =>
      seconds.length === 0
        ? []
        : [
            {
              revision,
              known,
              seconds: seconds.map((second) => ({
                ...second,
                atMs: Math.round(second.atMs - this.originMs),
              })),
            },
          ],
    );
    // The past of a load that was taken on is in its recording.
    if (pasts.length > 0 && !isTakenOn)
      void this.write(at('decisions', atMs), 100 * pasts.flatMap(({ seconds }) => seconds).length, () =>
        rows.storePast(this.store, this.runId, pasts),
      );
  }

  /** Goes on with a recording that another process began: with what was stored of its pods, up to `untilMs`. */
  takeOn(podEvents: readonly PodEvent[], loadStartMs: number, untilMs: number): void {
    for (const event of podEvents) this.know(event);
    this.loadStartMs = loadStartMs;
    this.lastColumnMs = untilMs;
  }

  /** Whether each of several revisions is calculated by itself. */
  get isByRevision(): boolean {
    return this.annotator?.isByRevision ?? false;
  }

  /** What is known of the time before the load: seconds that were read, and when each pod could take requests (Unix ms). */
  get beforeLoad(): Pick<PastInput, 'observed'> & { pods: (PastPod & { revision: string | null })[] } {
    const toUnix = (ms: number): number => this.originMs + ms;
    return {
      observed: this.before.map(({ atMs, ...second }) => ({ ...second, atMs: toUnix(atMs) })),
      pods: this.pods.served.map(({ readySinceMs, untilMs, revision }) => ({
        readySinceMs: toUnix(readySinceMs),
        untilMs: untilMs === null ? null : toUnix(untilMs),
        revision,
      })),
    };
  }

  /** How many pods are ready now. */
  get readyPods(): number {
    return this.pods.ready;
  }

  /** Ready pods at most, so far. */
  get peakReadyPods(): number {
    return this.pods.peakReady;
  }

  /** The revisions that had ready pods at once, where they were most. */
  get revisionsAtOnce(): readonly string[] {
    return this.pods.revisionsAtOnce;
  }

  pod(event: Omit<PodEvent, 'id'>): void {
    this.know(event);
    this.annotator?.onPod(event);
    void this.write(at('pods', event.atMs), 500, () => rows.appendPodEvents(this.store, this.runId, [event]));
  }

  private know(event: Omit<PodEvent, 'id'>): void {
    this.pods.take(event);
    this.measuredPods.onPod(event);
  }

  /** Something that the cluster said of itself. */
  report(report: NewClusterReport): void {
    if (report.kind === 'usage') {
      this.measuredPods.onUsage(report.pods);
      this.decided(this.annotator?.onUsage() ?? []);
    }
    // An HPA's status is written with each of its controller's syncs; told late it does not tell when.
    if (report.kind === 'scale' && report.source === 'hpa' && !isLate(report))
      this.decided(this.annotator?.onSync(report.atMs, report.revision, report.actual) ?? []);
    if (report.kind === 'traffic') this.shares = partsOf(report);
    if (report.kind === 'revision') {
      this.settings.set(report.revision, report);
      this.annotator?.onSettings(report);
    }
    void this.write(at('reports', report.atMs), 600, () => rows.appendReport(this.store, this.runId, report));
  }

  /** A second's mean; the row gets its id once it is stored. */
  concurrency(sample: Omit<ConcurrencySample, 'id'>): StoredRow {
    const row: StoredRow = { id: null };
    void this.write({ what: 'concurrency', fromMs: sample.atMs - 1000, toMs: sample.atMs }, 200, async () => {
      ({ id: row.id } = await rows.appendConcurrency(this.store, this.runId, sample));
    });
    if (this.annotator && sample.source === 'gateway') {
      this.counted.gateway += sample.total;
      this.counted.gatewaySeconds++;
    }
    if (!this.annotator) this.before.push(sample);
    else if (this.annotator.config.metric === 'concurrency') this.decided(this.annotator.onSample(sample));
    return row;
  }

  /** One reading of the gateway; true where the calculation decided on it at once, so that it was stored. */
  reading(reading: Omit<ConcurrencySample, 'id' | 'instant'>): boolean {
    const decisions = this.annotator?.onReading(reading) ?? [];
    if (decisions.length === 0) return false;
    void this.write(at('concurrency', reading.atMs), 200, () =>
      rows.appendConcurrency(this.store, this.runId, { ...reading, instant: true }),
    );
    this.decided(decisions);
    return true;
  }

  /** No gateway can be read: the concurrency is derived from k6's own durations. */
  useLittlesLaw(): void {
    this.derived = { inFlight: null, rows: new Map() };
  }

  /** Requests/s that the gateway counted up to a moment, of each revision, for a service that scales on `rps`. */
  gatewayRates(atMs: number, byRevision: Readonly<Record<string, number>>): void {
    if (this.annotator?.config.metric !== 'rps') return;
    this.rates.gateway++;
    this.rates.countedMs = atMs;
    const total = Object.values(byRevision).reduce((sum, rate) => sum + rate, 0);
    // What is in flight does not tell how requests divide: a replay of one revision needs it.
    if (Object.keys(byRevision).length > 1)
      this.report({ kind: 'rates', byRevision: { ...byRevision }, atMs, serverAtMs: null });
    this.decided(this.annotator.onSample({ atMs, total, byRevision }));
  }

  /** Whether nearly all that a service on `rps` was calculated by was counted by the gateway. */
  get areRatesCounted(): boolean {
    const { gateway, k6 } = this.rates;
    return gateway > 0 && k6 <= fewUncounted * (gateway + k6);
  }

  /**
   * Requests/s of a second by k6, for a service that scales on `rps`: where no gateway counts them they are divided as the
   * Route says.
   */
  requestRate(atMs: number, perSecond: number): void {
    if (this.annotator?.config.metric !== 'rps' || atMs - this.rates.countedMs < countedForMs) return;
    this.rates.k6++;
    const byRevision = this.shares && scaled(this.shares, perSecond);
    this.decided(this.annotator.onSample({ atMs, total: perSecond, byRevision }));
  }

  /** One tick of the calculation. */
  tick(atMs: number): void {
    this.decided(this.annotator?.tick(atMs) ?? []);
  }

  /** The cluster's own settings have changed: the calculation goes by them from its next tick on. */
  reconfigure(config: AutoscalerConfig): void {
    this.annotator?.reconfigure(config);
  }

  /** When the calculation's next tick is due, on the run's clock. */
  get nextTickMs(): number {
    return this.annotator?.nextTickMs ?? 0;
  }

  /**
   * One push of k6, at the time it was received. Resolves with true when it is on disk, with false when it is lost.
   * `isSecond`: it is what a second brought; otherwise of more, and when each request was under way cannot be told.
   */
  push(points: IngestedPoint[], atMs: number, isSecond = true): Promise<boolean> {
    if (points.length === 0) return Promise.resolve(true);
    if (isSecond) this.deriveConcurrency(points, atMs);
    else if (this.derived) this.derived.inFlight = new InFlight(atMs);
    for (const point of points) this.counted.k6Seconds += busyIn(point.metric, point)?.sum ?? 0;
    const isNew = this.sawProtocols(points);
    const column = columnOfPush(points, startOfColumn(atMs, this.lastColumnMs, this.loadStartMs), atMs);
    this.lastColumnMs = atMs;
    const bytes = points.reduce((sum, { histogram }) => sum + 300 + 16 * (histogram?.cells.length ?? 0), 0);
    return this.write({ what: 'requests', fromMs: column.fromMs, toMs: atMs }, bytes, async () => {
      const stored: Omit<MetricPoint, 'id'>[] = [];
      for (const { metric, type, unit, tags, value, histogram } of points) {
        const key = `${metric} ${tagsKeyOf(tags)}`;
        let seriesId = this.seriesIds.get(key);
        if (seriesId === undefined) {
          seriesId = await rows.ensureSeries(this.store, this.runId, { metric, type, unit, tags });
          this.seriesIds.set(key, seriesId);
        }
        stored.push({ seriesId, atMs, value, histogram });
      }
      await rows.appendPush(this.store, this.runId, stored, column);
      if (isNew) {
        await noteProtocols(
          this.store,
          this.runId,
          protocols.filter((protocol) => this.protocols.has(protocol)),
        );
        announceChange(this.runId);
      }
    });
  }

  /** Whether these points tell of requests of a protocol that none before told of. */
  private sawProtocols(points: readonly IngestedPoint[]): boolean {
    const known = this.protocols.size;
    for (const { metric } of points) {
      const protocol = protocolOf(metric);
      if (protocol) this.protocols.add(protocol);
    }
    return this.protocols.size > known;
  }

  log(lines: Omit<LogLine, 'id'>[]): void {
    const bytes = lines.reduce((sum, { text }) => sum + 200 + 2 * text.length, 0);
    void this.write(
      at('log', lines[0]?.atMs ?? 0),
      bytes,
      () => rows.appendLog(this.store, this.runId, lines),
      'log',
    );
  }

  /**
   * Opens a gap of this kind unless one is open, or the recording has ended: nothing would close it. `key` tells apart
   * what may be missing beside others of its kind.
   */
  gapBegins(what: RecordingGap['what'], fromMs: number, reason: Message, key: string = what): void {
    if (!this.closed) this.gaps.begin(what, fromMs, reason, key);
  }

  /** Closes the open gap of this kind, or of this key, if any. */
  gapEnds(key: string, toMs: number): void {
    this.gaps.end(key, toMs);
  }

  /**
   * Gaps that are not in the database: those that wait to be stored, and the one that lasts while nothing can be. Their
   * ids are below zero.
   */
  unstoredGaps(): RecordingGap[] {
    const { failing } = this;
    return this.gaps.unstored(
      failing && { sinceMs: this.toClock(failing.sinceMs), cause: failing.error.said },
    );
  }

  /** The load is over: nothing is in flight that is not known. */
  loadEnded(): void {
    if (this.derived?.inFlight) this.takeDerived(this.derived.inFlight.finish());
  }

  /**
   * Means in flight over the load that ended at `loadEndMs`, where the gateway's readings show so much less than k6 had
   * under way that they may be those of some of its replicas only; null: there is nothing to doubt, or too little to tell.
   */
  gatewayShortfall(loadEndMs: number): { read: number; inFlight: number } | null {
    const { k6Seconds, gateway, gatewaySeconds } = this.counted;
    const seconds = (loadEndMs - (this.loadStartMs ?? loadEndMs)) / 1000;
    if (gatewaySeconds < fewestSeconds || seconds < fewestSeconds) return null;
    const [read, inFlight] = [gateway / gatewaySeconds, k6Seconds / seconds];
    return inFlight >= leastInFlight && read < shortPart * inFlight ? { read, inFlight } : null;
  }

  /** Ends the recording: does what closes it, in order with the rest. */
  close(action: () => Promise<void>): Promise<void> {
    this.closed = true;
    return this.persist(action);
  }

  /** Does what must not be lost, in order with the rest: again and again while the database cannot be written. */
  persist<T>(action: () => Promise<T>): Promise<T> {
    return this.queue.add(action);
  }

  /** Resolves when all that was handed over is stored, or lost for good. */
  async flush(): Promise<void> {
    await this.queue.flush();
  }

  private deriveConcurrency(points: IngestedPoint[], atMs: number): void {
    if (!this.derived) return;
    this.derived.inFlight ??= new InFlight(this.loadStartMs ?? 0);
    const users = points.filter(({ metric }) => metric === 'vus').map(({ value }) => value ?? 0);
    this.takeDerived(
      this.derived.inFlight.push({
        atMs,
        durations: points.flatMap((point) => busyIn(point.metric, point) ?? []),
        users: users.length === 0 ? null : users.reduce((sum, value) => sum + value, 0),
      }),
    );
  }

  /** Seconds of which more is known now: stored anew or changed, and told to the calculation. */
  private takeDerived(seconds: readonly InFlightSecond[]): void {
    const known = this.derived?.rows;
    for (const { atMs, total } of seconds) {
      const second = known?.get(atMs);
      if (second) {
        this.annotator?.onCorrection({ atMs, total: total - second.total });
        second.total = total;
        void this.write({ what: 'concurrency', fromMs: atMs - 1000, toMs: atMs }, 100, async () => {
          // A second that is lost is not changed either.
          if (second.row.id !== null) await rows.changeConcurrency(this.store, second.row.id, total);
        });
      } else known?.set(atMs, { row: this.derivedSecond(atMs, total), total });
    }
  }

  private derivedSecond(atMs: number, total: number): StoredRow {
    return this.concurrency({
      atMs,
      source: 'littles-law',
      active: null,
      waiting: null,
      total,
      instant: false,
    });
  }

  private decided(decisions: readonly NewDecision[]): void {
    for (const decision of decisions)
      void this.write(at('decisions', decision.atMs), 1500, () =>
        rows.appendDecision(this.store, this.runId, decision),
      );
  }

  private async write(
    part: Part,
    bytes: number,
    action: () => Promise<unknown>,
    change: Change = 'rows',
  ): Promise<boolean> {
    try {
      await this.queue.add(action, bytes);
      announceChange(this.runId, change);
      return true;
    } catch (error) {
      if (!(error instanceof QueueFull)) this.onError(error);
      this.gaps.lose(part, error);
      return false;
    }
  }

  /** Stores what is small and must not be dropped. */
  private async keep(action: () => Promise<unknown>): Promise<void> {
    try {
      await this.queue.add(action);
      announceChange(this.runId, 'rows');
    } catch (error) {
      this.onError(error);
    }
  }
}

interface StoredRow {
  /** Null: it is not stored, or not yet. */
  id: number | null;
}

function at(what: Part['what'], atMs: number): Part {
  return { what, fromMs: atMs, toMs: atMs };
}

function partsOf({
  shares,
}: {
  shares: readonly { revision: string; percent: number }[];
}): Record<string, number> | null {
  const parts: Record<string, number> = {};
  for (const { revision, percent } of shares)
    if (percent > 0) parts[revision] = (parts[revision] ?? 0) + percent / 100;
  return Object.keys(parts).length > 0 ? parts : null;
}

function scaled(parts: Readonly<Record<string, number>>, by: number): Record<string, number> {
  return Object.fromEntries(Object.entries(parts).map(([revision, part]) => [revision, part * by]));
}

import { type AutoscalerConfig } from '@/lib/autoscaling';
import { type IngestedPoint } from '@/lib/loadgen/ingest';
import { type Store } from '@/lib/store/client';
import * as rows from '@/lib/store/recording';
import { columnOfPush, startOfColumn } from '@/lib/timeline/columns';
import {
  type ConcurrencySample,
  type MetricPoint,
  type PodEvent,
  type PodPhase,
  type RecordingGap,
} from '@/lib/model/recording';
import { Annotator } from './annotator';
import { announceChange, type Change } from './changes';

/**
 * Writes one run's recording: everything that happens is put on the run's clock and stored in the order in which it
 * came; the calculation runs over what was stored. All methods may be called at any time; writes are one after another.
 */
export class Recorder {
  /** Ready pods at most, so far. */
  peakReadyPods = 0;
  private annotator: Annotator | null = null;
  private readonly pods = new Map<string, PodPhase>();
  private readonly seriesIds = new Map<string, number>();
  private readonly openGaps = new Map<RecordingGap['what'], { id: Promise<number>; fromMs: number }>();
  private littlesLaw = false;
  private loadStartMs: number | null = null;
  private lastColumnMs: number | null = null;
  private writes: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store,
    readonly runId: string,
    readonly originMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** A Unix time on the run's clock, in whole ms. */
  toClock(unixMs: number): number {
    return Math.round(unixMs - this.originMs);
  }

  /** The load begins: so does the calculation, with the pods that are known by now. */
  startAnnotator(config: AutoscalerConfig, atMs: number): void {
    this.loadStartMs = atMs;
    this.annotator = new Annotator(
      config,
      this.originMs,
      atMs,
      [...this.pods].map(([uid, phase]) => ({ uid, phase })),
    );
  }

  get readyPods(): number {
    let ready = 0;
    for (const phase of this.pods.values()) if (phase === 'ready') ready++;
    return ready;
  }

  pod(event: Omit<PodEvent, 'id'>): void {
    if (event.phase === 'gone') this.pods.delete(event.uid);
    else this.pods.set(event.uid, event.phase);
    this.peakReadyPods = Math.max(this.peakReadyPods, this.readyPods);
    this.annotator?.onPod(event);
    this.write(() => rows.appendPodEvents(this.store, this.runId, [event]));
  }

  concurrency(sample: Omit<ConcurrencySample, 'id'>): void {
    this.write(() => rows.appendConcurrency(this.store, this.runId, sample));
    if (this.annotator?.config.metric === 'concurrency') this.calculate(sample);
  }

  /** No gateway can be read: the concurrency is derived from k6's own durations. */
  useLittlesLaw(): void {
    this.littlesLaw = true;
  }

  /** Requests/s of a second, for a service that scales on `rps`. */
  requestRate(atMs: number, perSecond: number): void {
    if (this.annotator?.config.metric === 'rps') this.calculate({ atMs, total: perSecond, instant: false });
  }

  /** Whether this reading of the gateway should make the calculation run at once. */
  awaits(reading: Pick<ConcurrencySample, 'atMs' | 'total'>): boolean {
    return this.annotator?.awaits(reading) ?? false;
  }

  /** One tick of the calculation. */
  tick(atMs: number): void {
    const decision = this.annotator?.tick(atMs);
    if (decision) this.write(() => rows.appendDecision(this.store, this.runId, decision));
  }

  /** One push of k6, at the time it was received. */
  push(points: IngestedPoint[], atMs: number): void {
    if (points.length === 0) return;
    if (this.littlesLaw) this.deriveConcurrency(points);
    const column = columnOfPush(points, startOfColumn(atMs, this.lastColumnMs, this.loadStartMs), atMs);
    this.lastColumnMs = atMs;
    this.write(async () => {
      const stored: Omit<MetricPoint, 'id'>[] = [];
      for (const { metric, type, unit, tags, value, histogram } of points) {
        const key = JSON.stringify([metric, Object.entries(tags).sort()]);
        let seriesId = this.seriesIds.get(key);
        if (seriesId === undefined) {
          seriesId = await rows.ensureSeries(this.store, this.runId, { metric, type, unit, tags });
          this.seriesIds.set(key, seriesId);
        }
        stored.push({ seriesId, atMs, value, histogram });
      }
      await rows.appendPush(this.store, this.runId, stored, column);
    });
  }

  log(lines: Omit<rows.LogLine, 'id'>[]): void {
    this.write(() => rows.appendLog(this.store, this.runId, lines), 'log');
  }

  /** Opens a gap of this kind unless one is open. */
  gapBegins(what: RecordingGap['what'], fromMs: number, reason: string): void {
    if (this.openGaps.has(what)) return;
    let settle: (id: number) => void = () => {};
    this.openGaps.set(what, { id: new Promise((resolve) => (settle = resolve)), fromMs });
    this.write(async () =>
      settle(await rows.openGap(this.store, this.runId, { what, fromMs, toMs: null, reason })),
    );
  }

  /** Closes the open gap of this kind, if any. */
  gapEnds(what: RecordingGap['what'], toMs: number): void {
    const gap = this.openGaps.get(what);
    if (!gap) return;
    this.openGaps.delete(what);
    this.write(async () => rows.closeGap(this.store, await gap.id, toMs));
  }

  /** Resolves when all that was handed over is stored. */
  async flush(): Promise<void> {
    await this.writes;
  }

  /** Little's law: the durations that ended in a second, summed, are the mean in flight over it. */
  private deriveConcurrency(points: IngestedPoint[]): void {
    const durations = points.filter((point) => point.metric === 'http_req_duration' && point.histogram);
    const last = durations.at(-1);
    if (!last) return;
    const total = durations.reduce((sum, point) => sum + (point.histogram?.sum ?? 0), 0);
    this.concurrency({
      atMs: this.toClock(last.atUnixMs),
      source: 'littles-law',
      active: null,
      waiting: null,
      total,
      instant: false,
    });
  }

  private calculate(sample: Pick<ConcurrencySample, 'atMs' | 'total' | 'instant'>): void {
    if (this.annotator?.onSample(sample)) this.tick(sample.atMs);
  }

  private write(action: () => Promise<unknown>, change: Change = 'rows'): void {
    this.writes = this.writes.then(action).then(
      () => announceChange(this.runId, change),
      (error: unknown) => this.onError(error),
    );
  }
}

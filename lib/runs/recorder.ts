import { type AutoscalerConfig } from '@/lib/autoscaling';
import { type IngestedPoint } from '@/lib/loadgen/ingest';
import { type Store } from '@/lib/store/client';
import * as rows from '@/lib/store/recording';
import { columnOfPush, startOfColumn } from '@/lib/timeline/columns';
import {
  type ConcurrencySample,
  type Decision,
  type LogLine,
  type MetricPoint,
  type PodEvent,
  type PodPhase,
  type RecordingGap,
} from '@/lib/model/recording';
import { InFlight, type InFlightSecond } from '@/lib/timeline/in-flight';
import { Annotator, type Past } from './annotator';
import { announceChange, type Change } from './changes';
import { type PastInput } from './past';

/**
 * Writes one run's recording: everything that happens is put on the run's clock and stored in the order in which it
 * came; the calculation runs over what was stored. All methods may be called at any time; writes are one after another.
 */
export class Recorder {
  /** Ready pods at most, so far. */
  peakReadyPods = 0;
  /** The revisions that had ready pods at once, where they were most. */
  revisionsAtOnce: readonly string[] = [];
  private annotator: Annotator | null = null;
  private readonly pods = new Map<string, KnownPod>();
  /** Seconds that were recorded before the load. */
  private readonly before: Pick<ConcurrencySample, 'atMs' | 'total'>[] = [];
  private readonly seriesIds = new Map<string, number>();
  private readonly openGaps = new Map<RecordingGap['what'], { id: Promise<number>; fromMs: number }>();
  /** Where no gateway can be read: what is in flight by k6's own durations, and the row of each second. */
  private derived: {
    inFlight: InFlight | null;
    rows: Map<number, { id: Promise<number>; total: number }>;
  } | null = null;
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

  /** The load begins: so does the calculation, with the pods that are known by now and what came before. */
  startAnnotator(config: AutoscalerConfig, atMs: number, past?: Past): void {
    this.loadStartMs = atMs;
    this.annotator = new Annotator(
      config,
      this.originMs,
      atMs,
      [...this.pods].map(([uid, { phase, revision }]) => ({ uid, phase, revision })),
      past,
    );
  }

  /** What is known of the time before the load: seconds that were read, and when each pod could take requests (Unix ms). */
  get beforeLoad(): Pick<PastInput, 'observed' | 'pods'> {
    const toUnix = (ms: number): number => this.originMs + ms;
    return {
      observed: this.before.map(({ atMs, total }) => ({ atMs: toUnix(atMs), total })),
      pods: [...this.pods.values()].flatMap(({ readySinceMs, untilMs }) =>
        readySinceMs === null
          ? []
          : [{ readySinceMs: toUnix(readySinceMs), untilMs: untilMs === null ? null : toUnix(untilMs) }],
      ),
    };
  }

  get readyPods(): number {
    let ready = 0;
    for (const { phase } of this.pods.values()) if (phase === 'ready') ready++;
    return ready;
  }

  private get readyRevisions(): string[] {
    const ready = [...this.pods.values()].flatMap(({ phase, revision }) =>
      phase === 'ready' && revision !== null ? [revision] : [],
    );
    return [...new Set(ready)].sort();
  }

  pod(event: Omit<PodEvent, 'id'>): void {
    if (event.phase === 'gone') this.pods.delete(event.uid);
    else this.pods.set(event.uid, knownPod(event, this.pods.get(event.uid)));
    this.peakReadyPods = Math.max(this.peakReadyPods, this.readyPods);
    const revisions = this.readyRevisions;
    if (revisions.length > this.revisionsAtOnce.length) this.revisionsAtOnce = revisions;
    this.annotator?.onPod(event);
    this.write(() => rows.appendPodEvents(this.store, this.runId, [event]));
  }

  /** A second's mean; the id of its row, once it is stored. */
  concurrency(sample: Omit<ConcurrencySample, 'id'>): Promise<number> {
    const id = new Promise<number>((resolve, reject) =>
      this.write(async () => {
        const stored = rows.appendConcurrency(this.store, this.runId, sample);
        stored.then((row) => resolve(row.id), reject);
        await stored;
      }),
    );
    // Its failure is told by the write itself.
    id.catch(() => {});
    if (!this.annotator) this.before.push(sample);
    else if (this.annotator.config.metric === 'concurrency') this.decided(this.annotator.onSample(sample));
    return id;
  }

  /** One reading of the gateway; true where the calculation decided on it at once, so that it was stored. */
  reading(reading: Omit<ConcurrencySample, 'id' | 'instant'>): boolean {
    const decision = this.annotator?.onReading(reading) ?? null;
    if (!decision) return false;
    this.write(() => rows.appendConcurrency(this.store, this.runId, { ...reading, instant: true }));
    this.decided(decision);
    return true;
  }

  /** No gateway can be read: the concurrency is derived from k6's own durations. */
  useLittlesLaw(): void {
    this.derived = { inFlight: null, rows: new Map() };
  }

  /** Requests/s of a second, for a service that scales on `rps`. */
  requestRate(atMs: number, perSecond: number): void {
    if (this.annotator?.config.metric === 'rps')
      this.decided(this.annotator.onSample({ atMs, total: perSecond }));
  }

  /** One tick of the calculation. */
  tick(atMs: number): void {
    this.decided(this.annotator?.tick(atMs) ?? null);
  }

  /** When the calculation's next tick is due, on the run's clock. */
  get nextTickMs(): number {
    return this.annotator?.nextTickMs ?? 0;
  }

  /** One push of k6, at the time it was received. */
  push(points: IngestedPoint[], atMs: number): void {
    if (points.length === 0) return;
    this.deriveConcurrency(points, atMs);
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

  log(lines: Omit<LogLine, 'id'>[]): void {
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

  /** The load is over: nothing is in flight that is not known. */
  loadEnded(): void {
    if (this.derived?.inFlight) this.takeDerived(this.derived.inFlight.finish());
  }

  /** Resolves when all that was handed over is stored. */
  async flush(): Promise<void> {
    await this.writes;
  }

  private deriveConcurrency(points: IngestedPoint[], atMs: number): void {
    if (!this.derived) return;
    this.derived.inFlight ??= new InFlight(this.loadStartMs ?? 0);
    const users = points.filter(({ metric }) => metric === 'vus').map(({ value }) => value ?? 0);
    this.takeDerived(
      this.derived.inFlight.push({
        atMs,
        durations: points.flatMap(({ metric, histogram }) =>
          metric === 'http_req_duration' && histogram ? [histogram] : [],
        ),
        users: users.length === 0 ? null : users.reduce((sum, value) => sum + value, 0),
      }),
    );
  }

  /** Seconds of which more is known now: stored anew or changed, and told to the calculation. */
  private takeDerived(seconds: readonly InFlightSecond[]): void {
    const known = this.derived?.rows;
    for (const { atMs, total } of seconds) {
      const row = known?.get(atMs);
      if (row) {
        this.annotator?.onCorrection({ atMs, total: total - row.total });
        row.total = total;
        this.write(async () => rows.changeConcurrency(this.store, await row.id, total));
      } else known?.set(atMs, { id: this.derivedSecond(atMs, total), total });
    }
  }

  private derivedSecond(atMs: number, total: number): Promise<number> {
    return this.concurrency({
      atMs,
      source: 'littles-law',
      active: null,
      waiting: null,
      total,
      instant: false,
    });
  }

  private decided(decision: Omit<Decision, 'id'> | null): void {
    if (decision) this.write(() => rows.appendDecision(this.store, this.runId, decision));
  }

  private write(action: () => Promise<unknown>, change: Change = 'rows'): void {
    this.writes = this.writes.then(action).then(
      () => announceChange(this.runId, change),
      (error: unknown) => this.onError(error),
    );
  }
}

interface KnownPod {
  phase: PodPhase;
  revision: string | null;
  /** On the run's clock; null: not ready yet. */
  readySinceMs: number | null;
  untilMs: number | null;
}

/** A pod that was ending when it was first seen had been there before, for how long is not known. */
function knownPod(event: Omit<PodEvent, 'id'>, before: KnownPod | undefined): KnownPod {
  const { phase } = event;
  const changedMs = event.serverAtMs ?? event.atMs;
  const endsFirst = phase === 'terminating' && before === undefined;
  return {
    phase,
    revision: event.revision,
    readySinceMs: before?.readySinceMs ?? (endsFirst ? -Infinity : phase === 'ready' ? changedMs : null),
    untilMs: phase === 'ready' ? null : (before?.untilMs ?? (phase === 'terminating' ? changedMs : null)),
  };
}

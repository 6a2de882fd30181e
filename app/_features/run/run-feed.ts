import { type Correlation } from '@/lib/timeline/correlate';
import {
  appendRows,
  refineRows,
  type Overview,
  type OverviewRange,
  type OverviewRows,
} from '@/lib/timeline/overview';
import { endedStates, type Run } from '@/lib/model/run';
import { RequestTable } from '@/app/_ui/charts/columns';
import { makeModel, type ChartModel } from '@/app/_ui/charts/model';
import { createStore, type Store } from '@/app/_ui/charts/store';
import { isGone, toProblem, type ApiProblem } from '@/lib/api/api-problem';
import { type RunSource } from '@/app/_ui/data/run-source';
import { type LogLine } from '@/lib/model/recording';

/** A stream that is refused again so soon is not asked for until then. */
const refusedAgainMs = 10_000;
/** A dashboard that does not answer is asked again after so long. */
const goneAgainMs = 3000;

export type Connection = 'loading' | 'live' | 'lost' | 'ended' | 'failed';

/**
 * A run as its page follows it: what was stored comes first, then its source goes on from its cursor. Live,
 * reloaded, ended and shared runs take this one way.
 */
export class RunFeed {
  readonly run: Store<Run>;
  /** Null until the recording is here. */
  readonly model = createStore<ChartModel | null>(null);
  readonly log = createStore<readonly LogLine[]>([]);
  readonly connection = createStore<Connection>('loading');
  readonly problem = createStore<ApiProblem | null>(null);

  private readonly table = new RequestTable();
  private rows: OverviewRows | null = null;
  private correlation: Omit<Correlation, 'pods'> | null = null;
  private refining: AbortController | null = null;
  private abort: AbortController | null = null;
  private remodelling: ReturnType<typeof setTimeout> | null = null;
  private unfollow: (() => void) | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private refusedMs = -Infinity;

  constructor(
    run: Run,
    readonly source: RunSource,
  ) {
    this.run = createStore(run);
  }

  /** Begins to follow; the function returned ends it. */
  start(): () => void {
    const abort = new AbortController();
    this.abort = abort;
    void this.load(abort.signal);
    return () => {
      abort.abort();
      clearTimeout(this.waiting);
      if (this.remodelling !== null) clearTimeout(this.remodelling);
      this.remodelling = null;
      this.unfollow?.();
      this.unfollow = null;
    };
  }

  /** Tries again after a failure. */
  retry(): void {
    clearTimeout(this.waiting);
    if (this.abort && !this.abort.signal.aborted) void this.load(this.abort.signal);
  }

  private async load(signal: AbortSignal): Promise<void> {
    try {
      const { run, overview, correlation, cursor } = await this.source.overview(null, signal);
      if (signal.aborted) return;
      this.problem.set(null);
      this.run.set(run);
      this.add(overview, correlation);
      if (endedStates.includes(run.state)) {
        await this.readLog(signal);
        this.connection.set('ended');
      } else {
        this.follow(cursor);
      }
    } catch (error) {
      if (signal.aborted) return;
      const problem = toProblem(error);
      this.problem.set(problem);
      this.connection.set('failed');
      // A dashboard that is gone may come back.
      if (isGone(problem)) this.waiting = setTimeout(() => this.retry(), goneAgainMs);
    }
  }

  private follow(cursor: string): void {
    this.unfollow?.();
    this.unfollow = this.source.follow(cursor, {
      onOpen: () => this.connection.set('live'),
      onLost: () => this.connection.set('lost'),
      onRefused: () => this.afterRefusal(),
      onNews: (overview, correlation) => this.add(overview, correlation),
      onRun: (run) => {
        this.run.set(run);
        this.remodel();
      },
      onLog: (lines) => this.addLog(lines),
      onEnd: () => this.connection.set('ended'),
    });
  }

  /** Asked once more, the server says why; or the run is shown, but has too many readers: later there is room again. */
  private afterRefusal(): void {
    this.connection.set('lost');
    const waitMs = this.refusedMs + refusedAgainMs > performance.now() ? refusedAgainMs : 0;
    this.refusedMs = performance.now();
    this.waiting = setTimeout(() => this.retry(), waitMs);
  }

  /** Reads a range in finer steps where it is shown in coarse ones; what was asked for before is no longer. */
  async refine(range: OverviewRange): Promise<void> {
    this.refining?.abort();
    const span = this.table.coarseSpan(range.fromMs, range.toMs);
    if (!span || this.abort === null) return;
    const refining = new AbortController();
    this.refining = refining;
    try {
      const { overview } = await this.source.overview(
        span,
        AbortSignal.any([refining.signal, this.abort.signal]),
      );
      if (refining.signal.aborted || !this.rows) return;
      this.table.refine(overview.columns, span.fromMs, span.toMs);
      this.rows = refineRows(this.rows, overview, span);
      this.setModel();
    } catch {
      // What is shown is true, if coarse; the next zoom asks again.
    }
  }

  private add(increment: Overview, correlation: Omit<Correlation, 'pods'> | null): void {
    if (correlation) this.correlation = correlation;
    const { columns, ...rows } = increment;
    this.rows = this.rows ? appendRows(this.rows, rows) : rows;
    this.table.append(columns);
    this.remodel();
  }

  // A second's rows and the run's figures come as two events: they are shown as one change.
  private remodel(): void {
    if (this.model.get() === null) this.setModel();
    else this.remodelling ??= setTimeout(() => this.setModel(), 60);
  }

  private setModel(): void {
    this.remodelling = null;
    this.table.bound(this.run.get().summary);
    if (this.rows && this.correlation)
      this.model.set(makeModel(this.run.get(), this.rows, this.table, this.correlation, this.model.get()));
  }

  private async readLog(signal: AbortSignal): Promise<void> {
    const pageSize = 5000;
    for (let lines: LogLine[]; ;) {
      lines = await this.source.log(this.log.get().at(-1)?.id ?? 0, signal);
      this.addLog(lines);
      if (lines.length < pageSize) return;
    }
  }

  private addLog(lines: readonly LogLine[]): void {
    const last = this.log.get().at(-1)?.id ?? 0;
    const fresh = lines.filter((line) => line.id > last);
    if (fresh.length > 0) this.log.set([...this.log.get(), ...fresh]);
  }
}

import { log } from '@/lib/telemetry/log.mjs';
import { boundColumns } from '@/lib/timeline/known-most';
import { setTimeout as pause } from 'node:timers/promises';
import { hasEnded } from '@/lib/model/life';
import { type LogLine } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { dialectOf } from '@/lib/store/dialect';
import { readOverview, startOfOverview, type OverviewCursor } from '@/lib/store/overview';
import { lastLineOf, readLog } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { packCorrelation, type PackedCorrelation } from '@/lib/timeline/correlation-encode';
import { appendRows, correlateOverview, endOfOverview, type Overview } from '@/lib/timeline/overview';
import { followChanges, type Change } from './changes';
import { withUnstored } from './unstored';

/** What all readers of a run see at one moment. Whatever is made of it is made once and kept with it. */
export interface Moment {
  /** Grows from moment to moment, from 1. */
  number: number;
  run: Run;
  /** Nothing comes after it. */
  ended: boolean;
  /** Of every second. */
  overview: Overview;
  cursor: OverviewCursor;
  correlation: PackedCorrelation;
  /** The moment since which each is as it is; `replaced`: what is told as a whole (gaps, checks, thresholds). */
  since: { run: number; correlation: number; log: number; replaced: number };
  /** What `make` gives, made once for this moment, whoever asks. */
  once: <T>(key: string, make: () => T) => T;
  /** Lines of k6's log after this one. */
  linesAfter(id: number): Promise<LogLine[]>;
}

/** One second's rows are stored within a few milliseconds of each other: told as one. */
const settleMs = 200;
/** Rows of several kinds come at their own moments of a second: a page is told of them once. */
const spacingMs = 900;
/** Without any change the run is looked at again. */
const quietMs = 10_000;
/** A run that another dashboard on the same database records tells no change here: it is looked at so often instead. */
const pollMs = 900;
/** A run that is recorded here stores rows at least this often. */
const recordedHereMs = 3000;
/** A run that nobody reads is forgotten after so long. */
const idleMs = 5000;
/** While nothing scales, the price of what did scale is reckoned again this often: the steady state goes on (ms). */
const recorrelateMs = 10_000;
/** By Little's law a second is known for good only when its slowest request has ended: so far back it is read again (ms). */
const provisionalMs = 65_000;
/** What takes long to make is made anew no more often than to take this share of the time. */
const makingShare = 0.1;
const mostKept = 64;
const everything: readonly Change[] = ['run', 'rows', 'log'];

/**
 * A run that goes on, read for all its readers: rows that are new are read once about each second, and put to those that
 * are known. It lives as long as somebody reads it.
 */
export class LiveRun {
  private latest: Moment | null = null;
  /** The run has ended, or is no more: there will be no later moment. */
  private over = false;
  private readers = 0;
  private idleSinceMs = performance.now();
  private failure: Error | null = null;
  private readonly waiting = new Set<() => void>();
  private readonly left = new AbortController();
  private position = startOfOverview;
  private correlated = { key: '', atMs: -Infinity };
  private texts = { run: '', replaced: '' };
  /** The last line of its log when it was looked at without a change. */
  private lastLine = 0;
  /** When the run itself was read last. */
  private readMs = -Infinity;
  private readonly kept = new Map<string, { value: Promise<unknown>; number: number; untilMs: number }>();

  constructor(
    private readonly store: Store,
    private readonly id: string,
    private readonly onOver: () => void,
  ) {
    void this.goOn();
  }

  /** The run as it is about now; null: there is none. Throws where it cannot be read. */
  async now(): Promise<Moment | null> {
    this.idleSinceMs = performance.now();
    while (!this.latest && !this.over) {
      await this.told(quietMs);
      if (!this.latest && this.failure !== null) throw this.failure;
    }
    return this.latest;
  }

  /**
   * The newest moment after one that is known, once there is one, however many there were between; null where none comes
   * in time, and where none will (`isOver`).
   */
  async after(number: number, timeoutMs: number, signal: AbortSignal): Promise<Moment | null> {
    const newest = (): Moment | null => (this.latest && this.latest.number > number ? this.latest : null);
    for (const untilMs = performance.now() + timeoutMs; !newest() && !this.over && !signal.aborted;) {
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) break;
      await this.told(leftMs, signal);
    }
    return newest();
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Says that somebody reads until the function returned is called. */
  enter(): () => void {
    this.readers++;
    return () => {
      this.readers--;
      this.idleSinceMs = performance.now();
    };
  }

  /**
   * What `make` reads of the whole run, made once for this moment; where that takes long, for several. Not kept where it
   * fails.
   */
  async slowly<T>(key: string, make: () => Promise<T>): Promise<T> {
    this.idleSinceMs = performance.now();
    const number = this.latest?.number ?? 0;
    const beganMs = performance.now();
    const known = this.kept.get(key);
    if (known && (known.number === number || beganMs < known.untilMs)) return known.value as Promise<T>;
    const value = make();
    const entry = { value, number, untilMs: Infinity };
    this.kept.delete(key);
    this.kept.set(key, entry);
    if (this.kept.size > mostKept) this.kept.delete(this.kept.keys().next().value!);
    try {
      const made = await value;
      const endMs = performance.now();
      entry.untilMs = endMs + (endMs - beganMs) / makingShare;
      return made;
    } catch (error) {
      if (this.kept.get(key) === entry) this.kept.delete(key);
      throw error;
    }
  }

  private async goOn(): Promise<void> {
    // Listening begins before reading, so that nothing stored in between is missed.
    const follower = followChanges(this.id, this.left.signal);
    let changes: ReadonlySet<Change> = new Set(everything);
    let toldMs = -Infinity;
    try {
      while (!this.over) {
        const beganMs = performance.now();
        const missed = await this.take(changes);
        if (this.over || (this.readers === 0 && this.idleForMs > idleMs)) break;
        const [, first] = await Promise.all([
          pause(Math.max(settleMs, spacingMs - (performance.now() - beganMs))),
          follower.next(this.waitingMs(beganMs - toldMs)),
        ]);
        if (first.size > 0) await pause(settleMs);
        const told = new Set([...first, ...(await follower.next(0))]);
        if (told.has('rows')) toldMs = performance.now();
        changes = new Set([...missed, ...told]);
      }
    } finally {
      this.left.abort();
      this.over = true;
      this.onOver();
      this.tell();
    }
  }

  /** How long a change is waited for before the run is looked at without one; `quietForMs`: how long none was told here. */
  private waitingMs(quietForMs: number): number {
    const isShared = dialectOf(this.store).kind === 'postgres';
    if (isShared && quietForMs > recordedHereMs) return pollMs;
    return this.readers === 0 ? idleMs : isShared ? recordedHereMs : quietMs;
  }

  /** Makes the next moment and tells of it. Gives what could not be read, so that it is read next. */
  private async take(changes: ReadonlySet<Change>): Promise<ReadonlySet<Change>> {
    try {
      const next = await this.advance(changes);
      this.over = next === null || next.ended;
      this.latest = next;
      this.failure = null;
      return new Set();
    } catch (error) {
      log.error(error, `run ${this.id}`);
      this.failure = error instanceof Error ? error : new Error(String(error));
      return new Set(everything);
    } finally {
      this.tell();
    }
  }

  private get idleForMs(): number {
    return performance.now() - this.idleSinceMs;
  }

  private tell(): void {
    for (const wake of [...this.waiting]) wake();
  }

  /** Resolves when something is told, after `timeoutMs`, and when the signal aborts. */
  private told(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal?.addEventListener('abort', done, { once: true });
      this.waiting.add(done);
    });
  }

  /** The next moment, or the same where nothing is new; null: there is no such run. */
  private async advance(changes: ReadonlySet<Change>): Promise<Moment | null> {
    const before = this.latest;
    const number = (before?.number ?? 0) + 1;
    const quiet = changes.size === 0;
    // The run first: once it has ended, what is read after it is all there is.
    const isRead = quiet || changes.has('run') || !before || this.isReadLongAgo;
    if (isRead) this.readMs = performance.now();
    const found = isRead ? await findRun(this.store, this.id) : before.run;
    if (!found) return null;
    const text = JSON.stringify(found);
    const run = before && text === this.texts.run ? before.run : found;
    const ended = hasEnded(run.state);
    // Before rows are read: they are not read twice, so nothing may fail behind them.
    const log = ended || !before || (quiet ? await this.hasNewLine() : changes.has('log'));
    const rows = ended || quiet || changes.has('rows') || !before ? await this.readRows() : null;
    const overview = rows ?? before?.overview;
    if (!overview) return null;
    const replaced = JSON.stringify([overview.gaps, overview.checks, overview.thresholds]);
    const told = replaced !== this.texts.replaced || log || run !== before?.run;
    if (quiet && before && !told && isSamePosition(this.position, before.cursor)) return before;
    const correlation = this.correlate(overview, run) ?? before?.correlation;
    if (!correlation) return null;
    const since = (same: boolean, known: number | undefined): number => (same ? (known ?? number) : number);
    const isNews = rows !== null || run !== before?.run || log || correlation !== before.correlation;
    if (before && !isNews) return before;
    const made = new Map<string, unknown>();
    const once = <T>(key: string, make: () => T): T => {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    };
    const moment: Moment = {
      number,
      run,
      ended,
      overview,
      cursor: this.position,
      correlation,
      since: {
        run: since(run === before?.run, before?.since.run),
        correlation: since(correlation === before?.correlation, before?.since.correlation),
        log: since(!log, before?.since.log),
        replaced: since(replaced === this.texts.replaced, before?.since.replaced),
      },
      once,
      linesAfter: (id) => once(`log ${id}`, () => allLines(this.store, this.id, id)),
    };
    this.texts = { run: text, replaced };
    return moment;
  }

  /** Another dashboard may have changed its name, tags or notes, which is not told here. */
  private get isReadLongAgo(): boolean {
    return dialectOf(this.store).kind === 'postgres' && performance.now() - this.readMs > recordedHereMs;
  }

  private async hasNewLine(): Promise<boolean> {
    const last = await lastLineOf(this.store, this.id);
    const isNew = last !== this.lastLine;
    this.lastLine = last;
    return isNew;
  }

  private async readRows(): Promise<Overview> {
    const known = this.latest?.overview ?? null;
    const provisional = known === null ? [] : provisionalOf(known);
    const since = provisional[0] ? { ...this.position, concurrency: provisional[0].id - 1 } : this.position;
    const { overview, cursor } = await readOverview(this.store, this.id, since);
    const fresh = withUnstored(this.id, overview);
    this.position = { ...cursor, concurrency: Math.max(cursor.concurrency, this.position.concurrency) };
    if (!known) return fresh;
    const settled = {
      ...known,
      concurrency: known.concurrency.slice(0, known.concurrency.length - provisional.length),
    };
    return { ...appendRows(settled, fresh), columns: known.columns.concat(fresh.columns) };
  }

  /** Null where the one before still holds. */
  private correlate(
    overview: Overview,
    { loadStartMs, loadEndMs, state, summary }: Run,
  ): PackedCorrelation | null {
    const decided = overview.decisions.findLast(({ valid }) => valid);
    const key = JSON.stringify([
      overview.podEvents.length,
      overview.reports?.length,
      decided?.replicas,
      overview.gaps,
      loadStartMs,
      loadEndMs,
      state,
    ]);
    const endMs = endOfOverview(overview);
    if (key === this.correlated.key && endMs - this.correlated.atMs < recorrelateMs) return null;
    this.correlated = { key, atMs: endMs };
    const columns = boundColumns(overview.columns, summary);
    return packCorrelation(correlateOverview({ ...overview, columns }, loadStartMs, loadEndMs));
  }
}

function isSamePosition(a: OverviewCursor, b: OverviewCursor): boolean {
  return Object.entries(a).every(([kind, last]) => b[kind as keyof OverviewCursor] === last);
}

/** The last seconds of a concurrency that may still change. */
function provisionalOf({ concurrency }: Overview): Overview['concurrency'] {
  const last = concurrency.at(-1);
  if (last?.source !== 'littles-law') return [];
  const settled = concurrency.findLastIndex(({ atMs }) => atMs < last.atMs - provisionalMs);
  return concurrency.slice(settled + 1);
}

async function allLines(store: Store, id: string, after: number): Promise<LogLine[]> {
  const pageSize = 5000;
  const lines: LogLine[] = [];
  for (let page: LogLine[]; ;) {
    page = await readLog(store, id, lines.at(-1)?.id ?? after, pageSize);
    lines.push(...page);
    if (page.length < pageSize) return lines;
  }
}

const shared = globalThis as typeof globalThis & {
  scaletraceLiveRuns?: WeakMap<Store, Map<string, LiveRun>>;
};

/** The one reader of this run for all who read it in this process. */
export function liveRun(store: Store, id: string): LiveRun {
  shared.scaletraceLiveRuns ??= new WeakMap();
  const runs = shared.scaletraceLiveRuns.get(store) ?? new Map<string, LiveRun>();
  shared.scaletraceLiveRuns.set(store, runs);
  let live = runs.get(id);
  if (!live) {
    live = new LiveRun(store, id, () => {
      if (runs.get(id) === live) runs.delete(id);
    });
    runs.set(id, live);
  }
  return live;
}

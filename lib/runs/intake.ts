import { steadyNow } from '@/lib/environment/steady-clock';
import { type IngestedSecond, type LoadIngest, type Sender } from '@/lib/loadgen/load-ingest';
import { message, type Message } from '@/lib/model/message';
import { type Protocol } from '@/lib/model/protocol';
import { methodOf } from '@/lib/timeline/protocol-columns';
import { isFailed, protocolOf, requestsIn } from '@/lib/timeline/protocols';
import { type Recorder } from './recorder';

/** A way in which requests failed: by the status that they were answered with, or, where they had no answer, by k6's error code. */
export interface Failure {
  protocol: Protocol | null;
  status: string | null;
  errorCode: string | null;
}

/** Takes a run's pushes into its recording. */
export class Intake {
  readonly totals: { requests: number; failures: number } = { requests: 0, failures: 0 };
  private readonly failuresByKind = new Map<string, Failure>();
  /** Methods of gRPC by which streams were opened, and those of which a call came to an end. */
  private readonly openedBy = new Set<string>();
  private readonly endedBy = new Set<string>();
  /** When the last push came, by the clock. */
  lastPushMs: number;
  private readonly startMs: number;
  private readonly clock: () => number;
  private readonly isLate: (sinceMs: number) => boolean;
  private readonly onSecond: (second: IngestedSecond) => void;
  /** What comes next is of all the time that nobody took pushes. */
  private isBehind: boolean;

  /**
   * `pushes` knows what an engine's pushes mean; `clock` tells the time that the recorder puts on its own (ms). `isLate`:
   * whether a runner whose last push came then is waited for no longer; `onSecond` is told of each second that is stored.
   * `before`: what was counted of a load that is taken on.
   */
  constructor(
    private readonly recorder: Recorder,
    private readonly pushes: LoadIngest,
    {
      clock = steadyNow,
      isLate = () => false,
      onSecond = () => undefined,
      before = null,
    }: {
      clock?: () => number;
      isLate?: (sinceMs: number) => boolean;
      onSecond?: (second: IngestedSecond) => void;
      before?: Intake['totals'] | null;
    } = {},
  ) {
    this.isBehind = before !== null;
    if (before) this.totals = { ...before };
    this.onSecond = onSecond;
    this.clock = clock;
    this.isLate = isLate;
    this.startMs = clock();
    this.lastPushMs = this.startMs;
  }

  /**
   * Takes one push. Throws an InvalidPush, at once, where it is not one. Resolves with true when all of it is on disk, or
   * waits for what other runners did in the same second; with false when it is lost, or nothing can be stored.
   */
  ingest(body: Uint8Array, sender: Sender | null = null): Promise<boolean> {
    const now = this.clock();
    const { second, restartedSinceMs } = this.pushes.push(body, now, sender, (sinceMs) =>
      this.isLate(sinceMs ?? this.startMs),
    );
    const { recorder } = this;
    const atMs = recorder.toClock(now);
    this.lastPushMs = now;
    recorder.gapEnds('requests', atMs);
    const runner = sender?.runner ?? 1;
    recorder.gapEnds(gapOf(runner), atMs);
    if (restartedSinceMs !== null) {
      recorder.gapBegins(
        'requests',
        recorder.toClock(restartedSinceMs),
        this.ofRunner('gaps.runner-restarted', runner),
        gapOf(runner),
      );
      recorder.gapEnds(gapOf(runner), atMs);
    }
    return second === null ? Promise.resolve(recorder.failing === null) : this.store(second);
  }

  /** The ways in which requests failed. */
  get failures(): Failure[] {
    return [...this.failuresByKind.values()];
  }

  /** Streams were opened, and k6 told the end of none: it does not of one that its own deadline breaks off. */
  get hasOnlyOpenStreams(): boolean {
    return this.openedBy.size > 0 && [...this.openedBy].every((method) => !this.endedBy.has(method));
  }

  /** Tells of each runner that says nothing, while others do. */
  noteSilent(): void {
    const { runners } = this.pushes;
    if (runners.length === 1) return;
    const silent = runners.filter(
      ({ ended, lastPushMs }) => !ended && this.isLate(lastPushMs ?? this.startMs),
    );
    for (const { runner } of silent) this.silent(runner);
  }

  /** The load is over: what was still waited for is stored as it is. */
  finish(): void {
    const rest = this.pushes.finish();
    if (rest) void this.store(rest);
    const endMs = this.recorder.toClock(this.clock());
    this.recorder.gapEnds('requests', endMs);
    for (const { runner } of this.pushes.runners) this.recorder.gapEnds(gapOf(runner), endMs);
  }

  private store(second: IngestedSecond): Promise<boolean> {
    const { points, atMs: steadyMs, lengthMs, without } = second;
    const { recorder } = this;
    this.onSecond(second);
    const atMs = recorder.toClock(steadyMs);
    for (const runner of without) this.silent(runner);
    const isSecond = !this.isBehind;
    this.isBehind = false;
    const stored = recorder.push(points, atMs, isSecond);
    let requests = 0;
    for (const point of points) {
      this.noteStreams(point);
      const counted = requestsIn(point.metric, point);
      if (counted === null) continue;
      requests += counted;
      if (!isFailed(point.metric, point.tags) || counted === 0) continue;
      this.totals.failures += counted;
      this.noteFailure(point);
    }
    this.totals.requests += requests;
    // One runner pushes every second; what waited for another may be of several.
    const seconds = this.pushes.runners.length === 1 ? 1 : Math.max(1, (lengthMs ?? 1000) / 1000);
    if (isSecond) recorder.requestRate(atMs, requests / seconds);
    return stored;
  }

  private noteStreams({ metric, tags, value, histogram }: IngestedSecond['points'][number]): void {
    const isOpened = metric === 'grpc_streams';
    if (!isOpened && metric !== 'grpc_req_duration') return;
    const count = isOpened ? (value ?? 0) : (histogram?.count ?? 0);
    if (count > 0) (isOpened ? this.openedBy : this.endedBy).add(methodOf(tags) ?? '');
  }

  private noteFailure({ metric, tags }: IngestedSecond['points'][number]): void {
    const failure = {
      protocol: protocolOf(metric),
      status: tags.status === undefined || tags.status === '0' ? null : tags.status,
      errorCode: tags.error_code ?? null,
    };
    this.failuresByKind.set(Object.values(failure).join(' '), failure);
  }

  private silent(runner: number): void {
    const lastPushMs = this.pushes.runners[runner - 1]?.lastPushMs ?? this.startMs;
    this.recorder.gapBegins(
      'requests',
      this.recorder.toClock(lastPushMs),
      this.ofRunner('gaps.runner-silent', runner),
      gapOf(runner),
    );
  }

  private ofRunner(code: 'gaps.runner-silent' | 'gaps.runner-restarted', runner: number): Message {
    return message(code, { runner, of: this.pushes.runners.length });
  }
}

/** A runner's gaps are apart from all others'. */
function gapOf(runner: number): string {
  return `requests of runner ${runner}`;
}

import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { readPath } from '@/lib/cluster/bounded-api';
import { pathOf } from '@/lib/cluster/resource';
import { runnerJobs, runnerPods, testRuns } from '@/lib/cluster/test-runs';
import { watchResource, type ResourceWatch } from '@/lib/cluster/watch-resource';
import { CodedError, message, messageOfError, said, type Message } from '@/lib/model/message';
import { type LoadLogLine, type StopMode } from '@/lib/loadgen/engine';
import { describeExit, type K6Outcome } from '@/lib/loadgen/exit-codes';
import { Log } from '@/lib/loadgen/k6-process';
import { followLog } from './runner-log';
import { type OperatorApi } from './operator-api';
import {
  containerOf,
  exitOf,
  jobOf,
  runnerJobSchema,
  runnerPodSchema,
  waitsFor,
  whyNever,
  type RunnerJob,
  type RunnerPod,
} from './runner-pod';

/** How a runner ended, and what its k6 wrote as its summary. */
export interface RunnerEnd {
  runner: number;
  outcome: K6Outcome;
  reason: Message | null;
  summaryJson: string | null;
}

export interface OperatedTimes {
  /** From the TestRun to runners that load: image pulls and new nodes are within it. */
  startMs: number;
  /** A Job that has made no pod for so long is asked for its events. */
  podlessMs: number;
  /** What a pod may lack at first, since the TestRun is there before its ConfigMaps: after so long it is an error. */
  unconfiguredMs: number;
  /** Runners that were asked to stop and still run by then are deleted. */
  stopMs: number;
  /** Pods that were deleted and are still told of by then are waited for no longer. */
  goneMs: number;
}
export const usualTimes: OperatedTimes = {
  startMs: 300_000,
  podlessMs: 5000,
  unconfiguredMs: 15_000,
  stopMs: 60_000,
  goneMs: 40_000,
};

const testRunSchema = z.looseObject({
  status: z.looseObject({ stage: z.string().nullish() }).nullish(),
});
const eventsSchema = z.looseObject({
  items: z.array(z.looseObject({ reason: z.string().nullish(), message: z.string().nullish() })).nullish(),
});
const setupSchema = z.looseObject({
  data: z.looseObject({ attributes: z.looseObject({ data: z.unknown().optional() }) }),
});
const runnerStatusSchema = z.looseObject({
  data: z.looseObject({
    attributes: z.looseObject({ status: z.number() }),
  }),
});
/** k6's `ExecutionStatusEnded`, behind which only `Interrupted` comes (lib/execution.go). */
const endedStatus = 9;

const lookEveryMs = 500;

interface Runner {
  number: number;
  pod: RunnerPod | null;
  job: RunnerJob | null;
  /** Its pod is gone from the API server. */
  isGone: boolean;
  end: RunnerEnd | null;
  log: Promise<string | null> | null;
  /** With a setup of ours: its test is over, and its k6 waits. */
  isDone: boolean;
}

/** One TestRun from when it was made to the end of its last runner, by what the API server tells of it. */
export class OperatedLoad {
  private stage = '';
  private isDeleted = false;
  private readonly runners: Runner[];
  private initializer: RunnerPod | null = null;
  private readonly initializerJob: string;
  private readonly pods = new Map<string, RunnerPod>();
  private readonly jobs = new Map<string, { job: RunnerJob; sinceMs: number }>();
  private readonly watches: ResourceWatch[] = [];
  private readonly over = new AbortController();
  private readonly log: Log;
  private readonly startedAtMs = performance.now();
  private wake: () => void = () => {};
  private stopAsked: StopMode | null = null;
  private deletedAtMs: number | null = null;

  constructor(
    private readonly api: OperatorApi,
    private readonly order: {
      name: string;
      runners: number;
      image: string;
      setupByHand: boolean;
      /** What `setup` may take. */
      setupMs: number;
      hide: (text: string) => string;
    },
    onLog: (line: LoadLogLine) => void,
    private readonly times: OperatedTimes = usualTimes,
  ) {
    this.log = new Log(onLog, order.hide);
    this.initializerJob = `${order.name}-initializer`;
    this.runners = Array.from({ length: order.runners }, (_, i) => ({
      number: i + 1,
      pod: null,
      job: null,
      isGone: false,
      end: null,
      log: null,
      isDone: false,
    }));
  }

  /**
   * Begins to follow it, and resolves once its runners make load. Throws a CodedError with why they do not, or the
   * signal's reason; the TestRun is there still.
   */
  async start(signal?: AbortSignal): Promise<void> {
    await this.watch();
    while (!signal?.aborted) {
      const why = await this.whyNotStarting();
      if (why) throw new CodedError(why);
      if (this.order.setupByHand && this.runners.every(({ pod }) => pod && containerOf(pod).running))
        return this.begin();
      if (!this.order.setupByHand && this.isStarted()) return;
      await this.next();
    }
    throw signal.reason;
  }

  /**
   * Begins to follow one whose runners were made to load before, and gives those that do no more. Throws a CodedError where
   * it cannot be watched.
   */
  async takeOn(): Promise<number[]> {
    await this.watch();
    // They were there when it began: one that is not there now was removed meanwhile.
    for (const runner of this.runners) runner.isGone ||= runner.pod === null;
    if (this.order.setupByHand) await this.noteDone();
    return this.runners.flatMap(({ number, pod, isGone, isDone }) =>
      isGone || isDone || (pod && exitOf(pod) !== null) ? [number] : [],
    );
  }

  /** Resolves when no runner makes load any more and all logs are read; never rejects. The TestRun may be there still. */
  async ended(): Promise<RunnerEnd[]> {
    let askedAtMs: number | null = null;
    for (;;) {
      this.assess();
      if (this.runners.every(({ end }) => end !== null)) break;
      const nowMs = performance.now();
      if (this.stopAsked === 'graceful') {
        askedAtMs ??= nowMs;
        if (nowMs - askedAtMs > this.times.stopMs) this.remove();
      }
      if (this.deletedAtMs !== null && nowMs - this.deletedAtMs > this.times.goneMs) {
        for (const runner of this.runners) runner.isGone = true;
        continue;
      }
      if (this.order.setupByHand && this.deletedAtMs === null) await this.tearDownWhenDone();
      await this.next();
    }
    const summaries = await Promise.all(this.runners.map(async ({ log }) => log));
    this.close();
    return this.runners.map(({ end }, i) => ({ ...end!, summaryJson: summaries[i] ?? null }));
  }

  /** Asks each runner's k6 to stop; or deletes the TestRun, and with it all its runners. */
  stop(mode: StopMode): void {
    this.stopAsked = mode;
    if (mode === 'kill') return this.remove();
    const body = statusBody({ stopped: true });
    for (const { number, pod, end } of this.runners) {
      if (!pod || end) continue;
      this.api.askRunner(pod.metadata.name, 'status', { method: 'PATCH', body }).catch((error: unknown) => {
        const cause = messageOfError(error);
        this.log.take('warning', message('reasons.runner-not-stopped', { runner: number, cause }));
        this.remove();
      });
    }
    this.wake();
  }

  /** The last error that a runner's log told, or a Job's pod. */
  get lastError(): string | Message | null {
    return this.log.lastError;
  }

  /** Ends following it. */
  close(): void {
    this.over.abort();
    for (const watch of this.watches) watch.stop();
  }

  private remove(): void {
    if (this.deletedAtMs !== null) return;
    this.deletedAtMs = performance.now();
    this.api
      .deleteTestRun(this.order.name)
      .catch((error: unknown) => this.log.take('error', messageOfError(error)));
    this.wake();
  }

  private async watch(): Promise<void> {
    const { config, namespace } = this.api;
    const own = { labelSelector: `k6_cr=${this.order.name}` };
    const told = (change: () => void) => (): void => {
      change();
      this.wake();
    };
    const lost = { onLost: (): void => {}, onBack: (): void => {} };
    const common = { config, namespace, ...lost };
    this.watches.push(
      watchResource({
        ...common,
        resource: testRuns,
        query: { fieldSelector: `metadata.name=${this.order.name}` },
        schema: testRunSchema,
        onObject: (type, object) =>
          told(() => {
            if (type === 'DELETED') this.isDeleted = true;
            else this.stage = object.status?.stage ?? '';
          })(),
      }),
      watchResource({
        ...common,
        resource: runnerJobs,
        query: own,
        schema: runnerJobSchema,
        onObject: (type, job) => told(() => this.takeJob(type, job))(),
      }),
      watchResource({
        ...common,
        resource: runnerPods,
        query: own,
        schema: runnerPodSchema,
        onObject: (type, pod) => told(() => this.takePod(type, pod))(),
      }),
    );
    for (const { listed } of this.watches) {
      const unread = await listed;
      if (unread) throw new CodedError(unread);
    }
  }

  private takeJob(type: string, job: RunnerJob): void {
    const { name } = job.metadata;
    const runner = this.runnerOf(name);
    if (type === 'DELETED') this.jobs.delete(name);
    else this.jobs.set(name, { job, sinceMs: this.jobs.get(name)?.sinceMs ?? performance.now() });
    if (runner) runner.job = type === 'DELETED' ? null : job;
  }

  private takePod(type: string, pod: RunnerPod): void {
    const { name } = pod.metadata;
    const job = jobOf(pod);
    if (type === 'DELETED') this.pods.delete(name);
    else this.pods.set(name, pod);
    if (job === this.initializerJob) this.initializer = pod;
    const runner = this.runnerOf(job);
    if (!runner || (runner.pod && runner.pod.metadata.name !== name && type === 'DELETED')) return;
    runner.pod = pod;
    runner.isGone = type === 'DELETED';
    const { running, terminated } = containerOf(pod);
    if (running || terminated) runner.log ??= this.follow(runner.number, name);
  }

  private follow(number: number, pod: string): Promise<string | null> {
    const { config, namespace } = this.api;
    const before = this.order.runners > 1 ? `[${number}] ` : '';
    return followLog(config, { namespace, pod, signal: this.over.signal }, ({ level, text }) =>
      this.log.take(level, typeof text === 'string' ? before + this.order.hide(text) : text),
    );
  }

  private runnerOf(job: string): Runner | undefined {
    const number = job.startsWith(`${this.order.name}-`) ? job.slice(this.order.name.length + 1) : '';
    return this.runners[Number(number) - 1];
  }

  /** Why no load will be made; null: it may yet. */
  private async whyNotStarting(): Promise<Message | null> {
    if (this.isDeleted) return message('reasons.test-run-deleted', { name: this.order.name });
    const { initializer } = this;
    const failed = initializer && exitOf(initializer);
    if (initializer && failed && failed.code !== 0) {
      const { config, namespace } = this.api;
      const { signal } = this.over;
      const lines: string[] = [];
      await followLog(config, { namespace, pod: initializer.metadata.name, signal }, ({ text }) => {
        if (typeof text === 'string' && lines.length < 50) lines.push(text);
      });
      const cause = said(this.order.hide(lines.join('\n')).slice(0, 2000) || initializer.metadata.name);
      return message('reasons.initializer-failed', { cause });
    }
    for (const pod of this.pods.values()) {
      if (this.order.setupByHand && pod === this.starter()) continue;
      const never = whyNever(pod, this.order.image);
      if (never) return never;
      const { waiting } = containerOf(pod);
      if (
        waiting?.reason === 'CreateContainerConfigError' &&
        performance.now() - this.startedAtMs > this.times.unconfiguredMs
      )
        return message('reasons.runner-pod', {
          pod: pod.metadata.name,
          cause: said(waiting.message ?? waiting.reason),
        });
    }
    const lost = this.runners.find(({ pod }) => pod && exitOf(pod) !== null);
    if (lost && !this.isOfStage('started', 'stopped', 'finished')) return this.whyLost(lost);
    const starter = this.starter();
    if (starter && !this.order.setupByHand && (exitOf(starter)?.code ?? 0) !== 0)
      return message('reasons.starter-failed', { pod: starter.metadata.name });
    if (this.stage === 'error') return message('reasons.test-run-error', { name: this.order.name });
    for (const [name, { job, sinceMs }] of this.jobs) {
      const hasPod = [...this.pods.values()].some((pod) => jobOf(pod) === name);
      const { active, succeeded, failed: ended } = job.status;
      if (hasPod || active || succeeded || ended || performance.now() - sinceMs < this.times.podlessMs)
        continue;
      const cause = await this.refusedPod(name);
      if (cause !== null) return message('reasons.runner-pod-refused', { job: name, cause: said(cause) });
    }
    const seconds = Math.round(this.times.startMs / 1000);
    if (performance.now() - this.startedAtMs < this.times.startMs) return null;
    const waiting = [...this.pods.values()].flatMap((pod) => waitsFor(pod) ?? []);
    return waiting.length > 0
      ? message('reasons.runners-wait', { seconds, cause: said(waiting[0]!) })
      : this.stage === ''
        ? message('reasons.operator-silent', { seconds })
        : message('reasons.runners-late', { seconds, stage: this.stage });
  }

  /** The operator has started all, which its starter's pod does a little later: by then they load, or have done so. */
  private isStarted(): boolean {
    const starter = this.starter();
    return (
      this.isOfStage('stopped', 'finished') ||
      (this.isOfStage('started') && starter !== undefined && exitOf(starter) !== null)
    );
  }

  private isOfStage(...stages: string[]): boolean {
    return stages.includes(this.stage);
  }

  private starter(): RunnerPod | undefined {
    return [...this.pods.values()].find((pod) => jobOf(pod) === `${this.order.name}-starter`);
  }

  private whyLost(runner: Runner): Message {
    const { code, signal } = exitOf(runner.pod!)!;
    const { reason } = describeExit(code, signal);
    return message('reasons.runner-ended', {
      runner: runner.number,
      of: this.order.runners,
      cause: reason ?? message('reasons.runner-early'),
    });
  }

  /** Why the Job's controller could make no pod (a quota, an admission), by its last event; null: it says nothing. */
  private async refusedPod(job: string): Promise<string | null> {
    const { config, namespace } = this.api;
    const events = { group: '', version: 'v1', plural: 'events', namespaced: true };
    const fieldSelector = `involvedObject.name=${job},reason=FailedCreate`;
    const { status, body } = await readPath(config, pathOf(events, namespace), { fieldSelector }).catch(
      () => ({ status: 0, body: null }),
    );
    if (status !== 200) return null;
    return eventsSchema.parse(body).items?.at(-1)?.message ?? null;
  }

  /** Notes who has ended. */
  private assess(): void {
    for (const runner of this.runners) {
      if (runner.end) continue;
      const exit = runner.pod && exitOf(runner.pod);
      const isLost =
        runner.isGone || (runner.pod === null && (this.isDeleted || (runner.job?.status.failed ?? 0) > 0));
      if (!exit && !isLost) continue;
      const asked = this.stopAsked === 'graceful' || (this.order.setupByHand && runner.isDone);
      const { outcome, reason } = exit
        ? exit.code === null && exit.signal === null
          ? { outcome: 'failed' as const, reason: said(runner.pod!.status.message ?? 'Failed') }
          : describeExit(exit.code, exit.signal)
        : { outcome: 'killed' as const, reason: message('reasons.runner-pod-gone') };
      const isFine = asked && (outcome === 'stopped' || outcome === 'killed');
      runner.end = {
        runner: runner.number,
        // One whose test was over has done all of it, however its pod went.
        outcome: !isFine ? outcome : runner.isDone ? 'finished' : 'stopped',
        reason: isFine ? null : reason,
        summaryJson: null,
      };
      if (reason && !isFine && outcome !== 'thresholds-failed' && this.order.runners > 1)
        this.log.take(
          'error',
          message('reasons.runner-ended', { runner: runner.number, of: this.order.runners, cause: reason }),
        );
    }
  }

  /** `setup` by the first runner, its data to all others; then all begin. */
  private async begin(): Promise<void> {
    const names = this.runners.map(({ pod }) => pod!.metadata.name);
    await Promise.all(names.map((pod) => this.untilItAnswers(pod)));
    const [first, ...others] = names;
    const answer = await this.api.askRunner(first!, 'setup', { method: 'POST' }, this.order.setupMs);
    const { data } = setupSchema.parse(answer).data.attributes;
    // k6 leaves it out where the script's setup() returns nothing.
    if (data !== undefined && data !== null)
      await Promise.all(others.map((pod) => this.api.askRunner(pod, 'setup', { method: 'PUT', body: data })));
    const body = statusBody({ paused: false });
    await Promise.all(names.map((pod) => this.api.askRunner(pod, 'status', { method: 'PATCH', body })));
  }

  /** A container runs before its k6 listens. */
  private async untilItAnswers(pod: string): Promise<void> {
    for (;;) {
      try {
        await this.api.askRunner(pod, 'status', { method: 'GET' }, 5000);
        return;
      } catch (error) {
        if (performance.now() - this.startedAtMs > this.times.startMs || this.over.signal.aborted)
          throw error;
        await pause(lookEveryMs);
      }
    }
  }

  /** Once no runner has anything left to do: `teardown` by the first that lives, and the end of all, which wait for it. */
  private async tearDownWhenDone(): Promise<void> {
    await this.noteDone();
    const living = this.runners.filter(({ end }) => end === null);
    if (living.length === 0 || !living.every(({ isDone }) => isDone)) return;
    await this.api
      .askRunner(living[0]!.pod!.metadata.name, 'teardown', { method: 'POST' }, this.order.setupMs)
      .catch((error: unknown) =>
        this.log.take('error', message('reasons.teardown-failed', { cause: messageOfError(error) })),
      );
    this.remove();
  }

  /** Asks each runner whose k6 waits for us after its test whether that is over. */
  private async noteDone(): Promise<void> {
    await Promise.all(
      this.runners.map(async (runner) => {
        if (runner.isDone || runner.end || !runner.pod || !containerOf(runner.pod).running) return;
        const status = await this.api
          .askRunner(runner.pod.metadata.name, 'status', { method: 'GET' }, 5000)
          .catch(() => null);
        const told = runnerStatusSchema.safeParse(status).data?.data.attributes;
        if (told && told.status >= endedStatus) runner.isDone = true;
      }),
    );
  }

  /** Waits for news, or a moment. */
  private async next(): Promise<void> {
    const moment = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => (this.wake = resolve)),
      pause(lookEveryMs, undefined, { signal: moment.signal }).catch(() => undefined),
    ]);
    moment.abort();
  }
}

/** A change of k6's own status (https://grafana.com/docs/k6/latest/misc/k6-rest-api/). */
function statusBody(attributes: { paused?: boolean; stopped?: boolean }): object {
  return { data: { type: 'status', id: 'default', attributes } };
}

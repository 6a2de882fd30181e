import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterState } from './cluster-state';
import { type KnativeService } from './knative-service';
import { type KubeObject, type NewObject } from './object-store';
import { kubeTime, goDuration } from './objects/times';
import {
  creating,
  imageOf,
  queueProxy,
  userContainer,
  withProgress,
  type PodProgress,
  type Terminated,
} from './pod-object';
import { containerEnvironment, freePort, PodProcess } from './pod-process';
import {
  firstAfterMs,
  kubeletReadiness,
  periodMs,
  probeOnce,
  probesOf,
  timedOut,
  type Probe,
} from './probes';

type ContainerEnd = Pick<Terminated, 'exitCode' | 'reason' | 'message'>;

/** A container that fails back to back waits longer each time, from the second on (kubelet). */
const firstBackOffMs = 10_000;
const longestBackOffMs = 300_000;
const forgottenAfterMs = 600_000;
/** A container that a fault lets fail at its start does so after this long. */
const failsAfterMs = 200;
/** What the kubelet waits for a probe's answer by default. */
const kubeletPatienceMs = 1000;

export interface PodEvents {
  /** The container serves on this port. */
  onReady(): void;
  /** It serves no more, for now. */
  onUnready(): void;
  /** Its container has ended by itself. */
  onFailure(failure: ContainerFailure): void;
  onGone(): void;
}

export interface ContainerFailure {
  exitCode: number;
  message: string;
}

/** One pod from its creation to its end, by the scheduler's and the kubelet's rules, with its process really run. */
export class PodLife {
  phase: 'pending' | 'starting' | 'ready' | 'terminating' = 'pending';
  private readonly namespace: string;
  private readonly progress: PodProgress = {
    node: null,
    refusal: null,
    port: 0,
    user: creating(),
    proxy: creating(),
  };
  private process: PodProcess | null = null;
  /** Ends what belongs to the container's present run. */
  private run = new AbortController();
  private backOffMs = 0;
  private startedMs = 0;
  private ended = false;

  constructor(
    readonly name: string,
    /** Later ones are larger. */
    readonly createdOrder: number,
    private readonly service: KnativeService,
    private readonly cluster: ClusterState,
    private readonly told: PodEvents,
  ) {
    this.namespace = service.metadata.namespace;
  }

  get port(): number {
    return this.progress.port;
  }

  begin(pod: NewObject): void {
    this.cluster.pods.create(pod);
    this.cluster.nodes.schedule({
      object: () => (this.ended ? undefined : this.object()),
      bind: (node) => {
        this.progress.node = node;
        this.store();
        void this.start();
      },
      refuse: (words) => {
        this.progress.refusal = words;
        this.store();
      },
    });
  }

  /** It is told to end: it serves what it has, and nothing new. */
  markTerminating(): void {
    this.phase = 'terminating';
    // A probe that still passed would have it serve again.
    this.run.abort();
    this.progress.proxy.ready = false;
    const object = this.object();
    if (!object) return;
    const { terminationGracePeriodSeconds: gracePeriodS } = object.spec as {
      terminationGracePeriodSeconds: number;
    };
    this.cluster.pods.update({
      ...withProgress(object, this.progress),
      metadata: {
        ...object.metadata,
        // As in Kubernetes: when the grace period will be over.
        deletionTimestamp: kubeTime(Date.now() + gracePeriodS * 1000),
        deletionGracePeriodSeconds: gracePeriodS,
      },
    });
    for (const container of this.process ? [userContainer, queueProxy] : [])
      this.tell({ reason: 'Killing', message: `Stopping container ${container}`, container });
  }

  /** Ends its process, and with it the pod. */
  stop(): void {
    this.run.abort();
    if (this.process && 'running' in this.progress.user.state) this.process.stop();
    else this.finish();
  }

  /** A fault: its process is killed. */
  crash(): void {
    this.process?.kill();
  }

  /** Ends it at once, untold. */
  close(): void {
    this.ended = true;
    this.run.abort();
    this.process?.kill();
  }

  private async start(): Promise<void> {
    await this.pull();
    const { progress } = this;
    if (progress.port === 0) progress.port = await freePort();
    if (this.ended || this.phase === 'terminating') return;
    const { crashStarts, oomStarts, podStartDelayMs } = this.cluster.faults.current;
    const fails = progress.user.restarts < crashStarts + oomStarts;
    const outOfMemory = progress.user.restarts >= crashStarts;
    this.run = new AbortController();
    this.tell({ reason: 'Created', message: 'Container created', container: userContainer });
    this.process = new PodProcess(this.service, progress.port, podStartDelayMs, {
      onRunning: () => this.onRunning(fails),
      onExit: (code, signal) =>
        this.onExit(
          !fails
            ? endOf(code, signal)
            : outOfMemory
              ? { exitCode: 137, reason: 'OOMKilled' }
              : { exitCode: 1, reason: 'Error', message: 'ended by the fault crashStarts' },
        ),
    });
    this.process.start();
  }

  private async pull(): Promise<void> {
    const image = imageOf(this.service);
    const { pull } = await this.cluster.nodes.pull(this.progress.node!, image, () =>
      this.tell({ reason: 'Pulling', message: `Pulling image "${image}"`, container: userContainer }),
    );
    if (this.ended) return;
    this.tell({
      reason: 'Pulled',
      message: pull
        ? `Successfully pulled image "${image}" in ${goDuration(pull.pullMs)} (${goDuration(pull.withWaitingMs)} including waiting). Image size: 8388608 bytes.`
        : present(image),
      container: userContainer,
    });
  }

  private onRunning(fails: boolean): void {
    if (this.ended || this.phase === 'terminating') return;
    this.startedMs = performance.now();
    const pid = this.process?.pid;
    if (pid !== undefined) this.cluster.metricsServer.follow(this.namespace, this.name, pid);
    const { user, proxy } = this.progress;
    const { startup, readiness } = probesOf(this.service);
    this.tell({ reason: 'Started', message: 'Container started', container: userContainer });
    if (!('running' in proxy.state)) {
      this.tell({ reason: 'Pulled', message: present('lab/queue-proxy'), container: queueProxy });
      this.tell({ reason: 'Created', message: 'Container created', container: queueProxy });
      this.tell({ reason: 'Started', message: 'Container started', container: queueProxy });
      Object.assign(proxy, { state: { running: { startedAt: kubeTime() } }, started: true });
    }
    Object.assign(user, {
      state: { running: { startedAt: kubeTime() } },
      started: !startup,
      // Its readiness is the queue-proxy's to tell, but for a command that the kubelet runs.
      ready: !startup && !readiness.exec,
    });
    this.phase = 'starting';
    this.store();
    if (fails) void this.after(failsAfterMs).then((due) => due && this.process?.kill());
    else void this.probeAll();
  }

  private async probeAll(): Promise<void> {
    const { startup, liveness, readiness } = probesOf(this.service);
    if (startup && !(await this.passesStartup(kubeletReadiness(startup)))) return;
    if (startup) {
      this.progress.user.started = true;
      this.progress.user.ready = !readiness.exec;
      this.store();
    }
    if (liveness) void this.keepAlive(kubeletReadiness(liveness));
    await this.followReadiness(readiness);
  }

  /** False: it was killed, or has ended, before it passed. */
  private async passesStartup(probe: Probe): Promise<boolean> {
    let failures = 0;
    for await (const words of this.beats(
      probe,
      () => periodMs(probe),
      () => this.ask(probe),
    )) {
      if (words === null) return true;
      this.unhealthy('Startup', words, userContainer);
      if (++failures >= probe.failureThreshold!) this.replace('startup');
    }
    return false;
  }

  private async keepAlive(probe: Probe): Promise<void> {
    let failures = 0;
    for await (const words of this.beats(
      probe,
      () => periodMs(probe),
      () => this.ask(probe),
    )) {
      failures = words === null ? 0 : failures + 1;
      if (words !== null) this.unhealthy('Liveness', words, userContainer);
      if (failures >= probe.failureThreshold!) return this.replace('liveness');
    }
  }

  private async followReadiness(probe: Probe): Promise<void> {
    const { user, proxy } = this.progress;
    const { successThreshold, failureThreshold } = kubeletReadiness(probe);
    let passed = 0;
    let failed = 0;
    let toldMs = performance.now();
    // With no period of its own the queue-proxy asks fast until it is ready; then only the kubelet does, as ever.
    const every = (): number => periodMs(proxy.ready ? kubeletReadiness(probe) : probe);
    for await (const words of this.beats(probe, every, () => this.askReadiness(probe))) {
      passed = words === null ? passed + 1 : 0;
      failed = words === null ? 0 : failed + 1;
      if (words !== null && probe.periodSeconds)
        this.unhealthy('Readiness', words, probe.exec ? userContainer : queueProxy);
      else if (words !== null && performance.now() - toldMs >= kubeletPatienceMs) {
        toldMs = performance.now();
        this.unhealthy('Readiness', timedOut('http://127.0.0.1:8012/'), queueProxy);
      }
      const ready = proxy.ready ? failed < failureThreshold! : passed >= successThreshold!;
      if (ready === proxy.ready) continue;
      proxy.ready = ready;
      if (probe.exec) user.ready = ready;
      this.phase = ready ? 'ready' : 'starting';
      this.store();
      if (ready) this.told.onReady();
      else this.told.onUnready();
    }
  }

  /** The queue-proxy asks the container, and answers the kubelet with what it heard. */
  private async askReadiness(probe: Probe): Promise<string | null> {
    const failing = performance.now() - this.startedMs < this.cluster.faults.current.failReadinessMs;
    const words = failing ? '' : await this.ask(probe);
    return words === null || probe.exec ? words : 'HTTP probe failed with statuscode: 503';
  }

  private ask(probe: Probe): Promise<string | null> {
    return probeOnce(probe, { port: this.port, environment: containerEnvironment(this.service) });
  }

  /** Answers of a probe, one a period from the container's start, while that run of the container lasts. */
  private async *beats(
    probe: Probe,
    every: () => number,
    ask: () => Promise<string | null>,
  ): AsyncGenerator<string | null> {
    const { signal } = this.run;
    let dueMs = this.startedMs + firstAfterMs(probe);
    while (await this.after(dueMs - performance.now(), signal)) {
      const words = await ask();
      if (signal.aborted) return;
      yield words;
      dueMs = Math.max(dueMs + every(), performance.now());
    }
  }

  /** The kubelet ends a container whose probe has failed too often; it starts again by the rules of back-off. */
  private replace(kind: 'startup' | 'liveness'): void {
    this.tell({
      reason: 'Killing',
      message: `Container ${userContainer} failed ${kind} probe, will be restarted`,
      container: userContainer,
    });
    this.run.abort();
    this.process?.stop();
  }

  private onExit(end: ContainerEnd): void {
    this.cluster.metricsServer.leave(this.name);
    if (this.ended) return;
    this.run.abort();
    const { user } = this.progress;
    const startedAt = 'running' in user.state ? user.state.running.startedAt : kubeTime();
    const terminated = { ...end, startedAt, finishedAt: kubeTime() };
    Object.assign(user, { state: { terminated }, ready: false, started: false });
    if (this.phase === 'terminating') return this.finish();
    this.progress.proxy.ready = false;
    this.phase = 'starting';
    this.store();
    this.told.onFailure({ exitCode: end.exitCode, message: end.message ?? end.reason });
    void this.restart(terminated);
  }

  private async restart(terminated: Terminated): Promise<void> {
    const { user } = this.progress;
    const waitMs = performance.now() - this.startedMs > forgottenAfterMs ? 0 : this.backOffMs;
    this.backOffMs = waitMs === 0 ? firstBackOffMs : Math.min(waitMs * 2, longestBackOffMs);
    this.run = new AbortController();
    user.lastState = { terminated };
    if (waitMs > 0) {
      const pod = `${this.name}_${this.namespace}`;
      const words = `restarting failed container`;
      this.tell({
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off ${words} ${userContainer} in pod ${pod}(${this.object()?.metadata.uid})`,
        container: userContainer,
      });
      user.state = {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off ${goDuration(waitMs)} ${words}=${userContainer} pod=${pod}(${this.object()?.metadata.uid})`,
        },
      };
      this.store();
      if (!(await this.after(waitMs))) return;
    }
    user.restarts++;
    await this.start();
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    const finishedAt = kubeTime();
    const { proxy } = this.progress;
    if ('running' in proxy.state) {
      const { startedAt } = proxy.state.running;
      proxy.state = { terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt } };
      this.store();
    }
    this.cluster.pods.remove(this.namespace, this.name);
    if (this.progress.node) this.cluster.nodes.release(this.progress.node);
    this.told.onGone();
  }

  private unhealthy(kind: string, words: string, container: string): void {
    this.tell({
      type: 'Warning',
      reason: 'Unhealthy',
      message: `${kind} probe failed: ${words}`,
      container,
    });
  }

  private tell(happening: { type?: 'Warning'; reason: string; message: string; container: string }): void {
    const object = this.object();
    if (object && !this.ended)
      this.cluster.events.record(object, {
        type: 'Normal',
        ...happening,
        from: 'kubelet',
        node: this.progress.node!,
      });
  }

  private object(): KubeObject | undefined {
    return this.cluster.pods.get(this.namespace, this.name);
  }

  private store(): void {
    const object = this.object();
    if (object) this.cluster.pods.update(withProgress(object, this.progress));
  }

  /** True after this time, false as soon as the container's run has ended. */
  private after(ms: number, signal = this.run.signal): Promise<boolean> {
    return sleep(Math.max(ms, 0), undefined, { signal }).then(
      () => true,
      () => false,
    );
  }
}

function present(image: string): string {
  return `Container image "${image}" already present on machine and can be accessed by the pod`;
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ContainerEnd {
  if (signal) return { exitCode: 128 + constants.signals[signal], reason: 'Error' };
  if (code === 0) return { exitCode: 0, reason: 'Completed' };
  return code === 127 ? { exitCode: 128, reason: 'StartError' } : { exitCode: code ?? 1, reason: 'Error' };
}

import { randomBytes } from 'node:crypto';
import {
  ActivatorReports,
  createAutoscaler,
  onRecordedMetric,
  ReadingTally,
  resolveConfig,
  type Autoscaler,
  type AutoscalerConfig,
} from '@/lib/autoscaling';
import { type Faults } from './faults';
import { type KnativeService } from './knative-service';
import { type KubeObject, type ObjectStore } from './object-store';
import { PodProcess } from './pod-process';
import { podObject, withConditions } from './pod-object';
import { Upstream } from './upstream';

const recordMs = 1000;
/** From zero, requests that arrive together are counted together. */
const pokeAfterMs = 100;
const backOffMs = [1000, 2000, 5000, 10_000];
const gracePeriodS = 30;

interface RunningPod {
  name: string;
  process: PodProcess;
  phase: 'pending' | 'starting' | 'ready' | 'terminating';
  createdOrder: number;
}

/** One revision: its pods, its place in the gateway and the autoscaler that closes the loop. */
export class Revision {
  readonly upstream: Upstream;
  replicas: number;
  private readonly pods = new Map<string, RunningPod>();
  private autoscaler: Autoscaler;
  private readonly config: AutoscalerConfig;
  private readonly timers: NodeJS.Timeout[] = [];
  private order = 0;
  private readonly tally = new ReadingTally();
  private readonly reports = new ActivatorReports();
  private crashes = 0;
  private closed = false;
  private retired = false;
  private readonly resolvers: (() => void)[] = [];

  constructor(
    readonly service: KnativeService,
    readonly name: string,
    private readonly store: ObjectStore,
    private readonly faults: () => Faults,
    configMap: Record<string, string>,
  ) {
    const template = service.spec.template;
    const concurrency = template.spec.containerConcurrency ?? 0;
    this.upstream = new Upstream(
      `${service.metadata.namespace}/${name}`,
      concurrency,
      () => setTimeout(() => this.poke(), pokeAfterMs),
      () => this.arrival(),
    );
    this.config = onRecordedMetric(
      resolveConfig({
        annotations: template.metadata?.annotations ?? {},
        containerConcurrency: concurrency,
        configMap,
      }),
    ).config;
    // A HorizontalPodAutoscaler at 0 is switched off, so its pods begin at its least.
    this.replicas = Math.max(this.config.initialScale, this.config.hpa?.minReplicas ?? this.config.minScale);
    this.autoscaler = createAutoscaler(this.config, {
      atMs: Date.now(),
      readyPods: 0,
      replicas: this.replicas,
    });
    this.timers.push(
      setInterval(() => this.record(), recordMs),
      setInterval(() => this.tick(), this.config.tickMs),
    );
    this.adjust();
  }

  get readyPods(): number {
    return this.inPhase('ready').length;
  }

  /** Resolves when a pod is ready, or at once where none is wanted. */
  async untilServing(): Promise<void> {
    if (this.replicas === 0 || this.readyPods > 0) return;
    await new Promise<void>((resolve) => this.resolvers.push(resolve));
  }

  /** No traffic comes any more: all pods drain. */
  async retire(): Promise<void> {
    this.retired = true;
    for (const timer of this.timers) clearInterval(timer);
    while (this.upstream.pending > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    this.replicas = 0;
    this.adjust();
  }

  /** Ends everything at once. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const pod of this.pods.values()) pod.process.kill();
    this.upstream.close();
  }

  /** `kubectl delete pod`: it drains, another takes its place. */
  deletePod(name: string): boolean {
    const pod = this.pods.get(name);
    if (!pod || pod.phase === 'terminating') return pod !== undefined;
    void this.terminate(pod);
    this.adjust();
    return true;
  }

  /** A fault: one ready pod's process is killed. */
  crashOne(): void {
    this.inPhase('ready')[0]?.process.kill();
  }

  private record(): void {
    const mean = this.upstream.takeMean();
    // With no pod and no request nobody reports: the window begins with the first request (spec, section 2.1).
    if (this.faults().dropScrapes || (this.replicas === 0 && mean === 0)) return;
    const atMs = Date.now();
    const value = this.config.class === 'kpa' ? this.reports.second(mean) : this.tally.mean(atMs, mean);
    if (this.autoscaler.record({ atMs, value })) this.tick();
  }

  /** Under KPA the activator tells of the first request at once, as 1; what else is in flight follows with the second. */
  private arrival(): void {
    if (this.config.class !== 'kpa' || !this.autoscaler.behindActivator || this.faults().dropScrapes) return;
    const told = this.reports.arrival();
    if (told === null) return;
    // Its report is of the time since this request.
    this.upstream.takeMean();
    if (this.autoscaler.record({ atMs: Date.now(), value: told })) setImmediate(() => this.tick());
  }

  /**
   * From zero under MPA: the gateway's count of what waits is decided on at once, and again while more requests come
   * and no pod is ready.
   */
  private poke(): void {
    if (this.config.class === 'kpa') return;
    if (this.closed || this.retired || this.readyPods > 0 || this.upstream.pending === 0) return;
    setTimeout(() => this.poke(), pokeAfterMs);
    if (this.faults().dropScrapes) return;
    const atMs = Date.now();
    const value = this.tally.instant(atMs, this.upstream.pending + this.upstream.active);
    if (value === 0) return;
    this.autoscaler.record({ atMs, value });
    this.tick();
  }

  private tick(): void {
    const faults = this.faults();
    if (faults.freezeAutoscaler || this.closed || this.retired) return;
    if (faults.targetFactor !== 1)
      this.autoscaler.reconfigure(
        { ...this.config, targetValue: this.config.targetValue * faults.targetFactor },
        Date.now(),
      );
    else this.autoscaler.reconfigure(this.config, Date.now());
    const decision = this.autoscaler.tick({
      atMs: Date.now(),
      readyPods: this.readyPods,
      replicas: this.replicas,
    });
    if (decision.replicas === this.replicas) return;
    this.replicas = decision.replicas;
    this.adjust();
  }

  private adjust(): void {
    if (this.closed) return;
    const live = [...this.pods.values()].filter((pod) => pod.phase !== 'terminating');
    for (let i = live.length; i < this.replicas; i++) this.create();
    if (live.length > this.replicas) {
      // Not ready ones first, then the newest, as a ReplicaSet chooses.
      live.sort(
        (a, b) =>
          Number(a.phase === 'ready') - Number(b.phase === 'ready') || b.createdOrder - a.createdOrder,
      );
      for (const pod of live.slice(0, live.length - this.replicas)) void this.terminate(pod);
    }
  }

  private create(): void {
    const name = `${this.name}-deployment-${randomBytes(4).toString('hex')}`;
    this.store.create(podObject(this.service, this.name, name));
    const pod: RunningPod = {
      name,
      phase: 'pending',
      createdOrder: this.order++,
      process: new PodProcess(this.service, this.faults().podStartDelayMs, {
        onRunning: () => this.onRunning(pod),
        onReady: () => this.onReady(pod),
        onExit: (code, signal) => this.onExit(pod, code, signal),
      }),
    };
    this.pods.set(name, pod);
    this.change(pod, (object) => withConditions(object, { scheduled: true }));
    const wait = this.crashes === 0 ? 0 : backOffMs[Math.min(this.crashes - 1, backOffMs.length - 1)]!;
    const start = (): void => {
      if (!this.closed && this.pods.has(name))
        void pod.process.start().catch(() => this.onExit(pod, 127, null));
    };
    if (wait === 0) start();
    else setTimeout(start, wait);
  }

  private onRunning(pod: RunningPod): void {
    if (pod.phase !== 'pending') return;
    pod.phase = 'starting';
    this.change(pod, (object) =>
      withConditions(object, { scheduled: true, running: true, port: pod.process.port }),
    );
  }

  private onReady(pod: RunningPod): void {
    if (pod.phase !== 'starting') return;
    pod.phase = 'ready';
    this.crashes = 0;
    this.change(pod, (object) =>
      withConditions(object, { scheduled: true, running: true, ready: true, port: pod.process.port }),
    );
    this.upstream.addPod(pod.name, pod.process.port);
    for (const resolve of this.resolvers.splice(0)) resolve();
  }

  private async terminate(pod: RunningPod): Promise<void> {
    const wasReady = pod.phase === 'ready';
    pod.phase = 'terminating';
    this.change(pod, (object) => ({
      ...withConditions(object, { scheduled: true, running: true, port: pod.process.port }),
      // As in Kubernetes: when the grace period will be over.
      metadata: {
        ...object.metadata,
        deletionTimestamp: new Date(Date.now() + gracePeriodS * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
        deletionGracePeriodSeconds: gracePeriodS,
      },
    }));
    if (wasReady) await this.upstream.drainPod(pod.name);
    if (pod.process.port === 0) this.forget(pod);
    else pod.process.stop();
  }

  private onExit(pod: RunningPod, code: number | null, signal: string | null): void {
    if (!this.pods.has(pod.name)) return;
    if (pod.phase !== 'terminating') {
      this.upstream.dropPod(pod.name);
      this.crashes++;
      this.change(pod, (object) => withConditions(object, { scheduled: true, crashed: { code, signal } }));
    }
    this.forget(pod);
    if (!this.closed) this.adjust();
  }

  private forget(pod: RunningPod): void {
    this.pods.delete(pod.name);
    this.store.remove(this.service.metadata.namespace, pod.name);
  }

  private change(pod: RunningPod, edit: (object: KubeObject) => KubeObject): void {
    const object = this.store.get(this.service.metadata.namespace, pod.name);
    if (object) this.store.update(edit(object));
  }

  private inPhase(phase: RunningPod['phase']): RunningPod[] {
    return [...this.pods.values()].filter((pod) => pod.phase === phase);
  }
}

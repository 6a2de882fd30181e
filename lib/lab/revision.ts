import { setTimeout as sleep } from 'node:timers/promises';
import {
  ActivatorReports,
  createAutoscaler,
  ReadingTally,
  resolveConfig,
  resourceOf,
  type Autoscaler,
  type AutoscalerConfig,
  HpaAutoscaler,
  type HpaPod,
  type ScaleDecision,
} from '@/lib/autoscaling';
import { type ClusterState } from './cluster-state';
import { type Faults } from './faults';
import { hpaPods } from './hpa-pods';
import { protocolOf, type KnativeService } from './knative-service';
import { type HpaStatus, statusOf } from './objects/hpa-object';
import { RevisionObjects } from './objects/revision-objects';
import { PodLife, type ContainerFailure } from './pod-life';
import { gracePeriodS, podObject } from './pod-object';
import { type MeasuredRevision } from './system-pods';
import { Upstream } from './upstream';

const recordMs = 1000;
/** From zero, requests that arrive together are counted together. */
const pokeAfterMs = 100;

/** One revision: its pods, its place in the gateway and the autoscaler that closes the loop. */
export class Revision {
  readonly upstream: Upstream;
  replicas: number;
  private readonly pods = new Map<string, PodLife>();
  private autoscaler: Autoscaler;
  private config: AutoscalerConfig;
  private readonly timers: NodeJS.Timeout[] = [];
  private order = 0;
  private readonly tally = new ReadingTally();
  private readonly reports = new ActivatorReports();
  private atActivator: number | null = null;
  /** The autoscaler's last word; -1: none yet. */
  private desired = -1;
  private failure: ContainerFailure | null = null;
  private removed = false;
  private routing: 'active' | 'reserve' | null = null;
  private lastDecision: ScaleDecision | null = null;
  private hpaStatus: HpaStatus | null = null;
  private readonly objects: RevisionObjects;
  private closed = false;
  private retired = false;
  private readonly resolvers: (() => void)[] = [];

  /** It was given up: nothing is to come of it any more. */
  get isRetired(): boolean {
    return this.retired;
  }

  constructor(
    readonly service: KnativeService,
    readonly name: string,
    private readonly cluster: ClusterState,
    private configMap: Record<string, string>,
    /** Told after each change of its objects what keeps it from being ready; null: nothing that is known. */
    private readonly onChange: (failure: string | null) => void = () => {},
  ) {
    const template = service.spec.template;
    const concurrency = template.spec.containerConcurrency ?? 0;
    this.upstream = new Upstream(
      `${service.metadata.namespace}/${name}`,
      concurrency,
      () => setTimeout(() => this.poke(), pokeAfterMs),
      () => this.arrival(),
    );
    this.config = this.configOf(configMap);
    // A HorizontalPodAutoscaler at 0 is switched off, so its pods begin at its least.
    this.replicas = Math.max(this.config.initialScale, this.config.hpa?.minReplicas ?? this.config.minScale);
    this.autoscaler = createAutoscaler(this.config, {
      atMs: Date.now(),
      readyPods: 0,
      replicas: this.replicas,
    });
    this.objects = new RevisionObjects(cluster, service, name, this.config.hpa);
    this.timers.push(
      setInterval(() => this.record(), recordMs),
      setInterval(() => this.tick(), this.config.tickMs),
    );
    this.adjust();
  }

  /** The cluster's settings have changed: it goes by them from its next tick on, but for its class. */
  configure(configMap: Record<string, string>): void {
    this.configMap = configMap;
    const config = this.configOf(configMap);
    if (config.class === this.config.class) this.config = config;
  }

  private configOf(configMap: Record<string, string>): AutoscalerConfig {
    const { metadata, spec } = this.service.spec.template;
    return resolveConfig({
      annotations: metadata?.annotations ?? {},
      containerConcurrency: spec.containerConcurrency ?? 0,
      configMap,
      // While no route refers to it, its least counts no more.
      reachable: this.routing !== 'reserve',
    }).config;
  }

  /** Whether it is scaled on requests a second. */
  private get byRate(): boolean {
    return this.config.metric === 'rps';
  }

  private get faults(): Faults {
    return this.cluster.faults.current;
  }

  get readyPods(): number {
    return this.inPhase('ready').length;
  }

  /** Resolves when a pod is ready, or at once where none is wanted. */
  async untilServing(): Promise<void> {
    if (this.replicas === 0 || this.readyPods > 0) return;
    await new Promise<void>((resolve) => this.resolvers.push(resolve));
  }

  /** It is wanted no more: all pods drain. */
  async retire(): Promise<void> {
    this.retired = true;
    for (const timer of this.timers) clearInterval(timer);
    const untilMs = performance.now() + gracePeriodS(this.service) * 1000;
    while (this.upstream.pending > 0 && performance.now() < untilMs && !this.closed) await sleep(50);
    this.upstream.endQueue();
    this.replicas = 0;
    this.desired = 0;
    this.adjust();
  }

  /** The service is deleted, and with it the revision's objects; the pods drain. */
  remove(): void {
    this.removed = true;
    this.objects.remove();
  }

  /** A route refers to it, or no more: then its own autoscaler takes its pods away, as its windows empty. */
  route(state: 'active' | 'reserve'): void {
    if (this.routing === state) return;
    this.routing = state;
    this.config = this.configOf(this.configMap);
    this.objects.route(state);
  }

  /** Whether there is anything of it to see in the gateway's metrics. */
  get isInGateway(): boolean {
    return (
      this.routing === 'active' || this.pods.size > 0 || this.upstream.active + this.upstream.pending > 0
    );
  }

  private get failureMessage(): string | null {
    return this.failure && !this.objects.isReady ? `Container failed with: ${this.failure.message}` : null;
  }

  /** What the autoscaler's metrics tell of it. */
  measured(): MeasuredRevision {
    const count = (phase: PodLife['phase']): number => this.inPhase(phase).length;
    return {
      namespace: this.service.metadata.namespace,
      service: this.service.metadata.name,
      name: this.name,
      decision: this.lastDecision,
      replicas: this.replicas,
      ready: count('ready'),
      pending: count('pending'),
      starting: count('starting'),
      terminating: count('terminating'),
      atActivator: this.atActivator,
    };
  }

  /** Ends everything at once. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const pod of this.pods.values()) pod.close();
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
    this.inPhase('ready')[0]?.crash();
  }

  private record(): void {
    const inFlight = this.upstream.takeMean();
    const mean = this.byRate ? this.upstream.takeRate() : inFlight;
    // With no pod and no request nobody reports: the window begins with the first request (spec, section 2.1).
    if (this.faults.dropScrapes || (this.replicas === 0 && mean === 0)) return this.tellActivator(inFlight);
    const atMs = Date.now();
    const value = this.config.class === 'kpa' ? this.reports.second(mean) : this.tally.mean(atMs, mean);
    this.tellActivator(this.byRate ? inFlight : value);
    if (this.autoscaler.record({ atMs, value })) this.tick();
  }

  /** Under KPA the activator's metrics tell of what it has while it is in the path, and of nothing afterwards. */
  private tellActivator(inFlight: number): void {
    if (this.config.class !== 'kpa') return;
    const now = this.autoscaler.behindActivator ? inFlight : 0;
    if (now > 0 || this.atActivator !== null) this.atActivator = now;
  }

  /** Under KPA the activator tells of the first request at once, as 1; what else is in flight follows with the second. */
  private arrival(): void {
    if (this.config.class !== 'kpa' || !this.autoscaler.behindActivator || this.faults.dropScrapes) return;
    const told = this.reports.arrival();
    if (told === null) return;
    // Its report is of the time since this request; requests are counted whole.
    if (!this.byRate) this.upstream.takeMean();
    if (this.autoscaler.record({ atMs: Date.now(), value: told })) setImmediate(() => this.tick());
  }

  /**
   * From zero under MPA: the gateway's count of what waits is decided on at once, and again while more requests come
   * and no pod is ready.
   */
  private poke(): void {
    if (this.config.class !== 'mpa') return;
    if (this.closed || this.retired || this.readyPods > 0 || this.upstream.pending === 0) return;
    setTimeout(() => this.poke(), pokeAfterMs);
    if (this.faults.dropScrapes) return;
    const atMs = Date.now();
    const { pending, active, arrived } = this.upstream;
    const value = this.tally.instant(atMs, this.byRate ? arrived : pending + active);
    if (value === 0) return;
    this.autoscaler.record({ atMs, value });
    this.tick();
  }

  private tick(): void {
    const faults = this.faults;
    if (faults.freezeAutoscaler || this.closed || this.retired) return;
    if (faults.targetFactor !== 1)
      this.autoscaler.reconfigure(
        { ...this.config, targetValue: this.config.targetValue * faults.targetFactor },
        Date.now(),
      );
    else this.autoscaler.reconfigure(this.config, Date.now());
    const pods = this.measuredPods;
    const decision = this.autoscaler.tick({
      atMs: Date.now(),
      readyPods: this.readyPods,
      replicas: this.replicas,
      pods,
    });
    this.lastDecision = decision;
    if (this.autoscaler instanceof HpaAutoscaler)
      this.hpaStatus = statusOf(this.autoscaler.controller, decision, pods ?? []);
    if (faults.autoscalerDelayMs === 0) return this.decide(decision.replicas);
    setTimeout(() => this.decide(decision.replicas), faults.autoscalerDelayMs).unref();
  }

  /** As an HPA on CPU or memory sees them. */
  private get measuredPods(): HpaPod[] | undefined {
    const resource = resourceOf(this.config);
    return resource
      ? hpaPods(this.cluster, this.name, this.service.metadata.namespace, resource.name)
      : undefined;
  }

  private decide(replicas: number): void {
    if (this.retired || this.closed) return;
    this.desired = replicas;
    if (replicas === this.replicas) return this.publish();
    this.replicas = replicas;
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
    this.publish();
  }

  private create(): void {
    const pod: PodLife = new PodLife(this.objects.newPodName(), this.order++, this.service, this.cluster, {
      onReady: () => {
        this.failure = null;
        this.upstream.addPod(pod.name, pod.port, protocolOf(this.service));
        this.publish();
        for (const resolve of this.resolvers.splice(0)) resolve();
      },
      onUnready: () => {
        void this.upstream.drainPod(pod.name);
        this.publish();
      },
      onFailure: (failure) => {
        this.failure = failure;
        this.upstream.dropPod(pod.name);
        this.publish();
      },
      onGone: () => {
        this.pods.delete(pod.name);
        this.adjust();
      },
    });
    this.pods.set(pod.name, pod);
    pod.begin(podObject(this.objects.template, this.objects.replicaSet, pod.name));
    this.tellReplicaSet('SuccessfulCreate', `Created pod: ${pod.name}`);
  }

  private async terminate(pod: PodLife): Promise<void> {
    const wasReady = pod.phase === 'ready';
    pod.markTerminating();
    this.tellReplicaSet('SuccessfulDelete', `Deleted pod: ${pod.name}`);
    // A request that never ends holds its pod for the grace period, and no longer.
    if (wasReady)
      await Promise.race([
        this.upstream.drainPod(pod.name),
        sleep(gracePeriodS(this.service) * 1000, undefined, { ref: false }),
      ]);
    this.upstream.dropPod(pod.name);
    pod.stop();
  }

  /** Writes what the revision's objects tell. */
  private publish(): void {
    if (this.closed || this.removed) return;
    this.objects.update({
      desired: this.desired,
      replicas: this.replicas,
      pods: [...this.pods.values()].filter(({ phase }) => phase !== 'terminating').length,
      ready: this.readyPods,
      initialScale: this.config.initialScale,
      minScale: this.config.minScale,
      failure: this.failure,
      hpa: this.hpaStatus,
    });
    this.onChange(this.failureMessage);
  }

  private tellReplicaSet(reason: string, message: string): void {
    this.cluster.events.record(this.objects.replicaSet, {
      type: 'Normal',
      reason,
      message,
      from: 'replicaset-controller',
    });
  }

  private inPhase(phase: PodLife['phase']): PodLife[] {
    return [...this.pods.values()].filter((pod) => pod.phase === phase);
  }
}

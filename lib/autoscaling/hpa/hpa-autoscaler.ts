import { type Autoscaler } from '@/lib/autoscaling/autoscaler';
import { podTargetOf, type AutoscalerConfig, type UnixMs } from '@/lib/model/autoscaler-config';
import { type DecisionReason, type ScaleDecision } from '@/lib/model/scale-decision';
import { HpaController, type HpaSyncResult } from './controller';
import { type HpaPod } from './pods';
import { inHpaUnit, type HpaMetric, type HpaSpec } from '@/lib/model/hpa-spec';

/** Kubernetes' metrics API answers with the mean over about this long. */
const sampleWindowMs = 15_000;
/** A pod that started long ago: its samples count at once, as the recorded total has no pod of its own. */
const longAgoMs = 3_600_000;

/**
 * The HorizontalPodAutoscaler over one metric. CPU and memory are those of each pod, as `metrics.k8s.io` tells them. Of
 * any other metric the sum over all pods is recorded, so every ready pod is taken to have an equal share of its mean over
 * the last 15 s; pods that are not ready yet have no sample.
 */
export class HpaAutoscaler implements Autoscaler {
  readonly behindActivator = false;
  /** Its status is that of the HorizontalPodAutoscaler. */
  readonly controller: HpaController;
  private samples: { atMs: UnixMs; value: number }[] = [];

  constructor(public config: AutoscalerConfig) {
    this.controller = new HpaController(specOf(config));
  }

  record(sample: { atMs: UnixMs; value: number }): boolean {
    if (!resourceOf(this.config)) this.samples.push(sample);
    // An HPA at 0 replicas is switched off: load never wakes it.
    return false;
  }

  tick({ atMs, readyPods, replicas, pods: measured }: Parameters<Autoscaler['tick']>[0]): ScaleDecision {
    const resource = resourceOf(this.config);
    if (resource) {
      const result = this.controller.sync({
        atMs,
        specReplicas: replicas,
        statusReplicas: replicas,
        pods: measured ?? [],
        failing: measured ? [] : [resource.name],
      });
      const average = result.average === null ? null : inHpaUnit(resource, result.average);
      return this.decision(result, { atMs, readyPods, average });
    }
    this.samples = this.samples.filter((sample) => sample.atMs > atMs - sampleWindowMs);
    const metric = specOf(this.config).metrics[0];
    const perPod = this.perPod(atMs, readyPods);
    const pods = metric && perPod !== null ? podsWith(metric, perPod, readyPods, replicas, atMs) : [];
    const result = this.controller.sync({
      atMs,
      specReplicas: replicas,
      statusReplicas: replicas,
      pods,
      ...(metric && perPod !== null
        ? {
            external: { [metric.name]: [Math.round(perPod * readyPods * 1000)] },
            object: { [metric.name]: Math.round(perPod * readyPods * 1000) },
          }
        : {}),
    });
    return this.decision(result, { atMs, readyPods, average: perPod });
  }

  private decision(
    result: HpaSyncResult,
    seen: { atMs: UnixMs; readyPods: number; average: number | null },
  ): ScaleDecision {
    return {
      atMs: seen.atMs,
      valid: result.boundBy !== 'no-data',
      readyPods: seen.readyPods,
      desiredPods: result.proposal ?? result.replicas,
      replicas: result.replicas,
      stableAverage: result.proposal === null ? null : seen.average,
      panicAverage: null,
      panicMode: false,
      excessBurstCapacity: 0,
      boundBy: result.boundBy,
      reason: this.reason(result),
    };
  }

  reconfigure(config: AutoscalerConfig): void {
    this.config = config;
    this.controller.spec = specOf(config);
  }

  /** Mean of the metric a ready pod; null: nothing measured. */
  private perPod(atMs: UnixMs, readyPods: number): number | null {
    if (this.samples.length === 0 || readyPods === 0) return null;
    // Values of one second add up, as several sources of one total.
    const total = this.samples.reduce((sum, { value }) => sum + value, 0);
    const seconds = new Set(this.samples.map((sample) => Math.ceil(sample.atMs / 1000))).size;
    return total / seconds / readyPods;
  }

  private reason(result: HpaSyncResult): DecisionReason {
    const { config } = this;
    const own = podTargetOf(config);
    const rules = this.controller.rules;
    return {
      class: 'hpa',
      metric: own.metric,
      target: own.target,
      stableWindowMs:
        rules?.down.stabilizationWindowSeconds == null
          ? 300_000
          : rules.down.stabilizationWindowSeconds * 1000,
      panicWindowMs: 0,
      panicThreshold: 0,
      wantedStable: result.proposal,
      wantedPanic: null,
      desiredStable: result.proposal,
      desiredPanic: null,
      upLimit: result.upLimit,
      downLimit: result.downLimit,
      maxPanicPods: null,
      panicSinceMs: null,
      minScale: this.controller.spec.minReplicas,
      maxScale: config.maxScale,
      initialScale: config.initialScale,
      activationScale: 0,
      scaleDownDelayMs: 0,
      deciderBoundBy: result.boundBy,
      active: null,
      activeSinceMs: null,
      waitMs: null,
      mode: null,
      excessBurstCapacity: null,
      failure: result.boundBy === 'no-data' && resourceOf(config) ? result.error : null,
    };
  }
}

function specOf(config: AutoscalerConfig): HpaSpec {
  if (!config.hpa) throw new Error(`class ${config.class} has no HorizontalPodAutoscaler`);
  return config.hpa;
}

/** The metric of a config that is a pod's own CPU or memory; null: it is another. */
export function resourceOf({ hpa }: AutoscalerConfig): HpaMetric | null {
  const metric = hpa?.metrics[0];
  return metric?.type === 'Resource' ? metric : null;
}

function podsWith(
  metric: HpaMetric,
  perPod: number,
  readyPods: number,
  replicas: number,
  atMs: UnixMs,
): HpaPod[] {
  const request = metric.target === 'Utilization' ? 1000 : null;
  // Utilization is recorded in percent of a request: 50 % of a request of 1000 milli-units is 500.
  // Rounded down: rounded up, the shares would add up to more than the total, and that can be one pod more.
  const sample = Math.floor(perPod * (request === null ? 1000 : request / 100) + 1e-6);
  const pods: HpaPod[] = [];
  for (let i = 0; i < Math.max(readyPods, replicas); i++) {
    const ready = i < readyPods;
    pods.push({
      name: `pod-${i}`,
      phase: ready ? 'Running' : 'Pending',
      deleting: false,
      ready: { status: ready, changedAtMs: atMs - longAgoMs },
      startedAtMs: ready ? atMs - longAgoMs : null,
      request,
      samples: ready ? { [metric.name]: sample } : {},
      sampledAtMs: atMs,
      sampleWindowMs,
    });
  }
  return pods;
}

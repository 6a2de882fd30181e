import { type BoundBy } from '@/lib/model/bound-by';
import { type HpaPod } from './pods';
import { type MetricInput, propose } from './proposal';
import { ScaleRate } from './rate';
import { defaultedRules, type HpaMetric, type HpaRules, type HpaSpec } from '@/lib/model/hpa-spec';
import { Stabilizer } from './stabilizer';
import { defaultHpaTimings, type HpaTimings } from './timings';

/** What a sync reads from the cluster. */
export interface HpaSyncInput {
  atMs: number;
  specReplicas: number;
  statusReplicas: number;
  pods: readonly HpaPod[];
  external?: Readonly<Record<string, readonly number[]>>;
  object?: Readonly<Record<string, number>>;
  failing?: readonly string[];
}

export type HpaConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';
export type HpaConditions = Partial<Record<HpaConditionType, { status: 'True' | 'False'; reason: string }>>;

export interface HpaSyncResult {
  /** What `spec.replicas` should be. */
  replicas: number;
  /** It was written. */
  scaled: boolean;
  /** Why the sync, or some of its metrics, failed. */
  error: string | null;
  /** What the deciding metric asked for, before limits; null: none was read. */
  proposal: number | null;
  /** That metric, its value (percent or milli-units). */
  metric: HpaMetric | null;
  average: number | null;
  boundBy: BoundBy;
  /** Limits of the policies (or of the rules from before behaviors) at this sync; null: not asked. */
  upLimit: number | null;
  downLimit: number | null;
}

/** Kubernetes' HorizontalPodAutoscaler, version 1.36 (spec, section 5): one sync a call, every 15 s. */
export class HpaController {
  /** The object's status, as after the last sync. */
  readonly status: {
    desiredReplicas: number;
    currentReplicas: number;
    lastScaleMs: number | null;
    conditions: HpaConditions;
  } = {
    desiredReplicas: 0,
    currentReplicas: 0,
    lastScaleMs: null,
    conditions: {},
  };
  private readonly stabilizer = new Stabilizer();
  private readonly rate = new ScaleRate();

  constructor(
    public spec: HpaSpec,
    private readonly timings: HpaTimings = defaultHpaTimings,
  ) {}

  /** The behavior in force; null: none was given. */
  get rules(): { up: HpaRules; down: HpaRules } | null {
    const { behavior } = this.spec;
    return (
      behavior && {
        up: defaultedRules('up', behavior.scaleUp),
        down: defaultedRules('down', behavior.scaleDown),
      }
    );
  }

  sync(input: HpaSyncInput): HpaSyncResult {
    const { spec, status } = this;
    const current = input.specReplicas;
    const result: HpaSyncResult = {
      replicas: current,
      scaled: false,
      error: null,
      proposal: null,
      metric: null,
      average: null,
      boundBy: 'metric',
      upLimit: null,
      downLimit: null,
    };
    this.condition('AbleToScale', 'True', 'SucceededGetScale');
    this.stabilizer.begin(input.atMs, current);

    if (current === 0) {
      this.condition('ScalingActive', 'False', 'ScalingDisabled');
      result.boundBy = 'scaling-disabled';
    } else if (current > spec.maxReplicas) {
      result.replicas = spec.maxReplicas;
      result.boundBy = 'max-scale';
    } else if (current < spec.minReplicas) {
      result.replicas = spec.minReplicas;
      result.boundBy = 'min-scale';
    } else {
      const proposal = this.proposal(input, result);
      if (proposal === null) {
        status.currentReplicas = current;
        result.boundBy = 'no-data';
        return result;
      }
      result.replicas = this.limited(input.atMs, current, Math.max(proposal, 0), result);
    }

    result.scaled = result.replicas !== current;
    if (result.scaled) {
      this.condition('AbleToScale', 'True', 'SucceededRescale');
      const { rules } = this;
      if (rules) this.rate.store(input.atMs, current, result.replicas, rules);
      status.lastScaleMs = Math.floor(input.atMs / 1000) * 1000;
    }
    status.currentReplicas = current;
    status.desiredReplicas = result.replicas;
    return result;
  }

  /** The largest that any metric asks for; null: not to be told, so nothing changes. */
  private proposal(input: HpaSyncInput, result: HpaSyncResult): number | null {
    const { spec, timings, rules } = this;
    const metricInput: MetricInput = {
      nowMs: input.atMs,
      specReplicas: input.specReplicas,
      statusReplicas: input.statusReplicas,
      pods: input.pods,
      external: input.external ?? {},
      object: input.object ?? {},
      failing: new Set(input.failing ?? []),
      timings,
      tolerance: {
        up: rules?.up.tolerance ?? timings.tolerance,
        down: rules?.down.tolerance ?? timings.tolerance,
      },
    };
    let replicas = 0;
    let failures = 0;
    let firstFailed: HpaMetric | null = null;
    for (const metric of spec.metrics) {
      const proposal = propose(metric, metricInput);
      if ('error' in proposal) {
        failures++;
        firstFailed ??= metric;
        result.error ??= proposal.error;
      } else if (replicas === 0 || proposal.replicas > replicas) {
        replicas = proposal.replicas;
        result.metric = metric;
        result.average = proposal.average;
        result.boundBy = proposal.kept ? 'tolerance' : 'metric';
      }
    }
    if (firstFailed && (failures === spec.metrics.length || replicas < input.specReplicas)) {
      this.condition('ScalingActive', 'False', `FailedGet${firstFailed.type}Metric`);
      return null;
    }
    this.condition('ScalingActive', 'True', 'ValidMetricFound');
    result.proposal = replicas;
    return replicas;
  }

  private limited(atMs: number, current: number, proposal: number, result: HpaSyncResult): number {
    const { spec, timings, rules } = this;
    const downWindowMs =
      rules?.down.stabilizationWindowSeconds == null
        ? timings.downscaleStabilizationMs
        : rules.down.stabilizationWindowSeconds * 1000;
    const stabilized = rules
      ? this.stabilizer.between(
          atMs,
          current,
          proposal,
          (rules.up.stabilizationWindowSeconds ?? 0) * 1000,
          downWindowMs,
        )
      : this.stabilizer.largest(atMs, proposal, downWindowMs);
    const upwards = rules !== null && proposal >= current;
    this.condition(
      'AbleToScale',
      'True',
      stabilized === proposal ? 'ReadyForNewScale' : upwards ? 'ScaleUpStabilized' : 'ScaleDownStabilized',
    );
    if (stabilized !== proposal) result.boundBy = 'stabilization';

    let least = -Infinity;
    let most = Infinity;
    let leastReason = 'TooFewReplicas';
    let mostReason = 'TooManyReplicas';
    if (!rules) {
      result.upLimit = Math.max(2 * current, 4);
      least = spec.minReplicas;
      most = Math.min(spec.maxReplicas, result.upLimit);
      if (spec.maxReplicas > result.upLimit) mostReason = 'ScaleUpLimit';
    } else if (stabilized > current) {
      result.upLimit = Math.max(this.rate.upLimit(atMs, current, rules.up), current);
      most = Math.min(spec.maxReplicas, result.upLimit);
      if (spec.maxReplicas > result.upLimit) mostReason = 'ScaleUpLimit';
    } else if (stabilized < current) {
      result.downLimit = Math.min(this.rate.downLimit(atMs, current, rules.down), current);
      least = Math.max(spec.minReplicas, result.downLimit);
      if (spec.minReplicas < result.downLimit) leastReason = 'ScaleDownLimit';
    }
    const desired = stabilized < least ? least : stabilized > most ? most : stabilized;
    const reason =
      desired === stabilized ? 'DesiredWithinRange' : desired > stabilized ? leastReason : mostReason;
    this.condition('ScalingLimited', desired === stabilized ? 'False' : 'True', reason);
    if (desired !== stabilized) result.boundBy = boundByReason[reason] ?? 'policy';
    return desired;
  }

  private condition(type: HpaConditionType, status: 'True' | 'False', reason: string): void {
    this.status.conditions[type] = { status, reason };
  }
}

const boundByReason: Record<string, BoundBy> = { TooFewReplicas: 'min-scale', TooManyReplicas: 'max-scale' };

import { type AutoscalerConfig, resolveConfig } from '@/lib/autoscaling';
import { Decider } from '@/lib/autoscaling/kpa/decider';
import { newWindow } from '@/lib/autoscaling/kpa/kpa-autoscaler';
import {
  newResult,
  type PodAutoscalerStatus,
  reconcile,
  type ReconcileResult,
  reconcileUnaddressed,
} from '@/lib/autoscaling/kpa/pod-autoscaler';
import { type BucketWindow } from '@/lib/autoscaling/windows/bucket-window';
import { Differences, isLine, type Line, num, textMap } from './lines';

/** What the derived configuration of a vector says, from ours. */
export function derivedOf(config: AutoscalerConfig): Line {
  return {
    maxScaleUpRate: config.maxScaleUpRate,
    maxScaleDownRate: config.maxScaleDownRate,
    scalingMetric: config.metric,
    targetValue: config.targetValue,
    totalValue: config.totalValue,
    targetBurstCapacity: config.targetBurstCapacity,
    activatorCapacity: config.activatorCapacity,
    panicThreshold: config.panicThreshold,
    stableWindowMs: config.stableWindowMs,
    panicWindowMs: config.panicWindowMs,
    scaleDownDelayMs: config.scaleDownDelayMs,
    initialScale: config.initialScale,
    reachable: config.reachable,
    activationScale: config.activationScale,
    aggregation: config.aggregation,
    scrape: config.targetBurstCapacity !== -1,
    minScale: config.minScale,
    maxScale: config.maxScale,
  };
}

/** Our configuration from the inputs that `head` and, after a change, `line` give. */
export function configOf(head: Line, line: Line): ReturnType<typeof resolveConfig> {
  return resolveConfig({
    annotations: textMap(head.annotations),
    configMap: textMap(line.configMap),
    containerConcurrency: num(head.containerConcurrency),
    reachable: line.reachability !== 'Unreachable',
    ...(head.progressDeadlineMs === undefined ? {} : { progressDeadlineMs: num(head.progressDeadlineMs) }),
  });
}

/** Replays a recorded trace of KPA: configuration, windows, decisions and PodAutoscaler reconciles. */
export function replayKpaTrace(lines: Line[]): string[] {
  const [head, ...events] = lines;
  const diff = new Differences();
  if (!head || head.e !== 'head' || !isLine(head.derived))
    return ['the first line is no head with a derived configuration'];
  if (events.length === 0) return ['has no events after its head'];
  const t0 = num(head.t0Unix) * 1000;
  let config = configOf(head, head).config;
  let pending: AutoscalerConfig | null = null;
  let windows: { stable: BucketWindow; panic: BucketWindow } | null = null;
  let decider: Decider | null = null;
  diff.fields('derived', derivedOf(config), head.derived);

  for (const [index, line] of events.entries()) {
    const atMs = t0 + num(line.t);
    const where = `line ${index + 2}, t=${num(line.t)} ${String(line.e)}`;
    switch (line.e) {
      case 'stat': {
        const value = config.metric === 'rps' ? num(line.r) - num(line.pr) : num(line.c) - num(line.pc);
        windows?.stable.record(atMs, value);
        windows?.panic.record(atMs, value);
        break;
      }
      case 'cfg':
        pending = configOf(head, line).config;
        if (isLine(line.derived)) diff.fields(`${where} derived`, derivedOf(pending), line.derived);
        else diff.add(`${where}: no derived configuration`);
        break;
      case 'tick':
        if (windows && decider) compareTick(diff, where, { config, decider, ...windows, atMs, t0 }, line);
        else diff.add(`${where}: before the autoscaler was created`);
        break;
      case 'rec': {
        const input = isLine(line.in) ? line.in : {};
        if (pending && line.cause === 'config') {
          config = pending;
          pending = null;
          windows?.stable.resize(config.stableWindowMs, atMs);
          windows?.panic.resize(config.panicWindowMs, atMs);
          if (decider) decider.spec = config;
        }
        if (input.deciderCreated === true) decider = new Decider(config, atMs, num(line.ready));
        if (input.metricCreated === true)
          windows = {
            stable: newWindow(config.aggregation, config.stableWindowMs),
            panic: newWindow(config.aggregation, config.panicWindowMs),
          };
        compareReconcile(diff, where, config, line, t0);
        break;
      }
      case 'pods':
        break;
      default:
        diff.add(`${where}: unknown kind of event`);
    }
  }
  return diff.found;
}

interface TickContext {
  config: AutoscalerConfig;
  decider: Decider;
  stable: BucketWindow;
  panic: BucketWindow;
  atMs: number;
  t0: number;
}

function compareTick(
  diff: Differences,
  where: string,
  { config, decider, stable, panic, atMs, t0 }: TickContext,
  line: Line,
): void {
  const valid = config.targetBurstCapacity === -1 || !stable.isEmpty(atMs);
  const averages = { stable: stable.average(atMs), panic: panic.average(atMs) };
  if (valid) decider.decide(atMs, num(line.ready), averages.stable, averages.panic);
  diff.same(`${where} valid`, valid, line.valid === true);
  diff.same(`${where} panic`, decider.panicSinceMs !== null, line.panic === true);
  diff.same(`${where} maxPanic`, decider.maxPanicPods, num(line.maxPanic));
  if (line.panic === true)
    diff.same(
      `${where} panicSince`,
      decider.panicSinceMs === null ? null : decider.panicSinceMs - t0,
      num(line.panicSince),
    );
  if (line.valid !== true) return;
  diff.same(`${where} desired`, decider.desiredPods, num(line.desired));
  diff.same(`${where} ebc`, decider.excessBurstCapacity, num(line.ebc));
  const tolerance = config.aggregation === 'linear' ? 0 : 1e-12;
  diff.near(`${where} stable`, averages.stable, num(line.stable), tolerance);
  diff.near(`${where} panicVal`, averages.panic, num(line.panicVal), tolerance);
}

function compareReconcile(
  diff: Differences,
  where: string,
  config: AutoscalerConfig,
  line: Line,
  t0: number,
): void {
  const input = isLine(line.in) ? line.in : {};
  const out = isLine(line.out) ? line.out : {};
  const status: PodAutoscalerStatus = {
    active: input.active === 'True' || input.active === 'False' ? input.active : 'Unknown',
    activeSinceMs: t0 + num(input.activeSince),
    initialized: input.initialized === true,
    desiredScale: num(input.statusDesired),
  };
  const atMs = t0 + num(line.t);
  let result: ReconcileResult = newResult();
  if (input.desired === undefined) {
    result = reconcileUnaddressed(config, status, { atMs });
  } else {
    reconcile(
      config,
      status,
      {
        atMs,
        readyPods: num(line.ready),
        replicas: num(line.replicas),
        desiredPods: num(input.desired),
        excessBurstCapacity: num(input.ebc),
        proxying: input.sksMode === 'Proxy',
        proxyForMs: num(input.sksProxyForMs),
        activatorAnswers: input.probe === true,
      },
      result,
    );
  }
  diff.same(`${where} active`, status.active, out.active);
  diff.same(`${where} activeSince`, status.activeSinceMs - t0, num(out.activeSince));
  diff.same(`${where} initialized`, status.initialized, out.initialized === true);
  diff.same(`${where} statusDesired`, status.desiredScale, num(out.statusDesired));
  diff.same(`${where} patch`, result.patch, out.patch ?? null);
  diff.same(`${where} sksMode`, result.mode, out.sksMode);
  diff.same(`${where} numActivators`, result.activators, num(out.numActivators));
  diff.same(
    `${where} requeueMs`,
    JSON.stringify(result.requeueMs === null ? [] : [result.requeueMs]),
    JSON.stringify(out.requeueMs ?? []),
  );
}

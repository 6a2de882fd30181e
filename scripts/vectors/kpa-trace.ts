import { Decider } from '@/lib/autoscaling/decider';
import { resolveConfig, type AutoscalerConfig } from '@/lib/autoscaling/config';
import { MetricWindow } from '@/lib/autoscaling/windows';
import { reconcile } from '@/lib/autoscaling/reconcile';
import { Differences, type Line, num } from './lines';

/** What the derived configuration of a vector says, from ours. */
export function derivedOf(config: AutoscalerConfig): Record<string, unknown> {
  return {
    maxScaleUpRate: config.maxScaleUpRate, maxScaleDownRate: config.maxScaleDownRate, scalingMetric: config.metric, targetValue: config.targetValue,
    totalValue: config.totalValue, targetBurstCapacity: config.targetBurstCapacity, activatorCapacity: config.activatorCapacity, panicThreshold: config.panicThreshold,
    stableWindowMs: config.stableWindowMs, panicWindowMs: config.panicWindowMs, scaleDownDelayMs: config.scaleDownDelayMs, initialScale: config.initialScale,
    reachable: config.reachable, activationScale: config.activationScale, aggregation: config.aggregation, scrape: config.scrape, minScale: config.minScale, maxScale: config.maxScale,
  };
}

function configOf(line: Line, head: Line): AutoscalerConfig {
  const deadline = num(head.progressDeadlineMs);
  return resolveConfig({
    annotations: (head.annotations ?? {}) as Record<string, string>,
    configMap: (line.configMap ?? {}) as Record<string, string>,
    containerConcurrency: num(head.containerConcurrency),
    reachable: line.reachability !== 'Unreachable',
    ...(deadline > 0 ? { progressDeadlineMs: deadline } : {}),
  }).config;
}

/** Replays a recorded trace of KPA: windows, decisions and PodAutoscaler reconciles. */
export function replayKpaTrace(lines: Line[]): string[] {
  const head = lines[0]!;
  const diff = new Differences();
  const t0 = num(head.t0Unix) * 1000;
  let config = configOf(head, head);
  diff.fields('derived', derivedOf(config), head.derived as Line);
  let windows: { stable: MetricWindow; panic: MetricWindow } | null = null;
  let decider: Decider | null = null;
  let pending: AutoscalerConfig | null = null;
  const tolerance = (): number => (config.aggregation === 'linear' ? 0 : 1e-12);

  for (const line of lines.slice(1)) {
    const at = t0 + num(line.t);
    const where = `t=${num(line.t)} ${String(line.e)}`;
    if (line.e === 'stat') {
      const value = config.metric === 'rps' ? num(line.r) - num(line.pr) : num(line.c) - num(line.pc);
      windows?.stable.record(at, value);
      windows?.panic.record(at, value);
    } else if (line.e === 'cfg') {
      pending = configOf(line, head);
      diff.fields(`${where} derived`, derivedOf(pending), line.derived as Line);
    } else if (line.e === 'tick') {
      if (!windows || !decider) {
        diff.add(`${where}: a tick before the autoscaler was created`);
        continue;
      }
      const noData = config.scrape && windows.stable.isEmpty(at);
      const averages = noData ? null : { stable: windows.stable.average(at), panic: windows.panic.average(at) };
      const result = decider.decide(at, num(line.ready), averages);
      diff.same(`${where} valid`, result.valid, line.valid);
      diff.same(`${where} panic`, result.panicMode, line.panic);
      diff.same(`${where} maxPanic`, decider.maxPanicPods, num(line.maxPanic));
      if (decider.panicSinceMs !== null && line.panicSince !== undefined) diff.same(`${where} panicSince`, decider.panicSinceMs - t0, line.panicSince);
      if (averages) {
        diff.same(`${where} desired`, result.desiredPods, num(line.desired));
        diff.same(`${where} ebc`, result.excessBurstCapacity, num(line.ebc));
        diff.near(`${where} stable`, averages.stable, num(line.stable), tolerance());
        diff.near(`${where} panicVal`, averages.panic, num(line.panicVal), tolerance());
      }
    } else if (line.e === 'rec') {
      const input = line.in as Line;
      if (pending && line.cause === 'config') {
        windows?.stable.resize(at, pending.stableWindowMs);
        windows?.panic.resize(at, pending.panicWindowMs);
        if (decider) decider.spec = pending;
        config = pending;
        pending = null;
      }
      if (input.deciderCreated) decider = new Decider(config, { atMs: at, readyPods: num(line.ready) });
      if (input.metricCreated) windows = { stable: new MetricWindow(config.stableWindowMs, config.aggregation), panic: new MetricWindow(config.panicWindowMs, config.aggregation) };
      compareReconcile(diff, where, config, line, t0);
    }
  }
  return diff.found;
}

function compareReconcile(diff: Differences, where: string, config: AutoscalerConfig, line: Line, t0: number): void {
  const input = line.in as Line;
  const out = line.out as Line;
  const result = reconcile(
    config,
    { active: input.active as 'Unknown', activeSinceMs: t0 + num(input.activeSince), initialized: input.initialized === true, desiredScale: num(input.statusDesired) },
    {
      atMs: t0 + num(line.t), readyPods: num(line.ready), replicas: num(line.replicas),
      desiredPods: input.desired === undefined ? null : num(input.desired), excessBurstCapacity: num(input.ebc),
      proxyMode: input.sksMode === 'Proxy', proxyForMs: num(input.sksProxyForMs), probeOk: input.probe === true,
    },
  );
  diff.same(`${where} active`, result.state.active, out.active);
  diff.same(`${where} activeSince`, result.state.activeSinceMs - t0, num(out.activeSince));
  diff.same(`${where} initialized`, result.state.initialized, out.initialized === true);
  diff.same(`${where} statusDesired`, result.state.desiredScale, num(out.statusDesired));
  diff.same(`${where} patch`, result.patch ?? undefined, out.patch);
  diff.same(`${where} sksMode`, result.mode, out.sksMode);
  diff.same(`${where} numActivators`, result.numActivators, num(out.numActivators));
  diff.same(`${where} requeueMs`, JSON.stringify(result.requeueMs), JSON.stringify(out.requeueMs ?? []));
}

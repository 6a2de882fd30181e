import { resolveConfig } from '@/lib/autoscaling/config';
import { DelayWindow } from '@/lib/autoscaling/delay-window';
import { Decider } from '@/lib/autoscaling/decider';
import { sampleSize } from '@/lib/autoscaling/sample-size';
import { MetricWindow } from '@/lib/autoscaling/windows';
import { derivedOf } from './kpa-trace';
import { Differences, num, type Line } from './lines';

type Op = [string, number, number | boolean];

function buckets(line: Line): string[] {
  const diff = new Differences();
  const t0 = num(line.t0Unix) * 1000;
  const linear = line.kind === 'linear';
  const window = new MetricWindow(num(line.windowS) * 1000, linear ? 'linear' : 'weighted-exponential');
  for (const [op, t, value] of line.ops as Op[]) {
    if (op === 'rec') window.record(t0 + t, Number(value));
    else if (op === 'resize') window.resize(t0 + t, Number(value) * 1000);
    else if (op === 'empty') diff.same(`t=${t} empty`, window.isEmpty(t0 + t), value);
    else if (op === 'avg') diff.near(`t=${t} avg`, window.average(t0 + t), Number(value), linear ? 0 : 1e-12);
    else diff.add(`unknown operation ${op}`);
  }
  return diff.found;
}

function maxWindow(line: Line): string[] {
  const diff = new Differences();
  const window = new DelayWindow(num(line.durationS) * 1000);
  const t0 = num(line.t0Unix) * 1000;
  for (const [t, recorded, expected] of line.ops as [number, number, number][]) diff.same(`t=${t}`, window.recordAndMax(t0 + t, recorded), expected);
  return diff.found;
}

function derive(line: Line): string[] {
  const diff = new Differences();
  const { config, problems } = resolveConfig({
    annotations: (line.annotations ?? {}) as Record<string, string>, configMap: (line.configMap ?? {}) as Record<string, string>,
    containerConcurrency: num(line.containerConcurrency), reachable: line.reachability !== 'Unreachable',
  });
  const inMap = problems.filter((p) => p.annotation.startsWith('config-autoscaler/'));
  diff.same('configError', inMap.length > 0, line.configError !== undefined);
  if (line.configError !== undefined) return diff.found;
  diff.same(`annotationError (${JSON.stringify(problems)} / ${String(line.annotationError)})`, problems.length > 0, line.annotationError !== undefined);
  if (line.derived) diff.fields('derived', derivedOf(config), line.derived as Line);
  return diff.found;
}

function scale(line: Line): string[] {
  const diff = new Differences();
  const spec = line.spec as ConstructorParameters<typeof Decider>[0];
  const t0 = num(line.t0Unix) * 1000;
  const decider = new Decider({ ...spec, activationScale: num(spec.activationScale), targetBurstCapacity: num(spec.targetBurstCapacity), scaleDownDelayMs: num(spec.scaleDownDelayMs), reachable: spec.reachable === true }, { atMs: t0, readyPods: num(line.initialReady) });
  for (const step of line.steps as Line[]) {
    const result = decider.decide(t0 + num(step.t), num(step.ready), step.noData ? null : { stable: num(step.stable), panic: num(step.panicVal) });
    const where = `t=${num(step.t)}`;
    diff.same(`${where} valid`, result.valid, step.valid === true);
    diff.same(`${where} panic`, result.panicMode, step.panic === true);
    diff.same(`${where} maxPanic`, decider.maxPanicPods, num(step.maxPanic));
    if (step.valid !== true) continue;
    diff.same(`${where} desired`, result.desiredPods, num(step.desired));
    diff.same(`${where} ebc`, result.excessBurstCapacity, num(step.ebc));
  }
  return diff.found;
}

function samples(line: unknown): string[] {
  const [pods, expected] = line as [number, number];
  const diff = new Differences();
  diff.same(`${pods} pods`, sampleSize(pods), expected);
  return diff.found;
}

/** The replayer of each unit file, by its name. */
export const kpaUnits: Record<string, (line: Line) => string[]> = {
  'buckets.json': buckets, 'maxwindow.json': maxWindow, 'derive.json': derive, 'scale.json': scale, 'samplesize.json': samples,
};

import { z } from 'zod';
import { Decider, type DeciderSpec } from '@/lib/autoscaling/kpa/decider';
import { newWindow } from '@/lib/autoscaling/kpa/kpa-autoscaler';
import { scrapeSampleSize } from '@/lib/autoscaling/kpa/scraper';
import { DelayWindow } from '@/lib/autoscaling/windows/delay-window';
import { configOf, derivedOf } from './kpa-trace';
import { Differences, isLine, num } from './lines';

const bucketCase = z.object({
  kind: z.enum(['linear', 'weighted-exponential']),
  windowS: z.number(),
  t0Unix: z.number(),
  ops: z.array(
    z.union([
      z.tuple([z.enum(['rec', 'avg', 'resize']), z.number(), z.number()]),
      z.tuple([z.literal('empty'), z.number(), z.boolean()]),
    ]),
  ),
});

function buckets(value: unknown): string[] {
  const { kind, windowS, t0Unix, ops } = bucketCase.parse(value);
  const diff = new Differences();
  const window = newWindow(kind, windowS * 1000);
  for (const [index, [op, t, operand]] of ops.entries()) {
    const atMs = t0Unix * 1000 + t;
    const where = `op ${index + 1}, t=${t} ${op}`;
    if (op === 'rec') window.record(atMs, operand);
    else if (op === 'resize') window.resize(operand * 1000, atMs);
    else if (op === 'empty') diff.same(where, window.isEmpty(atMs), operand);
    else diff.near(where, window.average(atMs), operand, kind === 'linear' ? 0 : 1e-12);
  }
  return diff.found;
}

const delayCase = z.object({
  durationS: z.number(),
  granularityS: z.literal(2),
  t0Unix: z.number(),
  ops: z.array(z.tuple([z.number(), z.number(), z.number()])),
});

function delay(value: unknown): string[] {
  const { durationS, t0Unix, ops } = delayCase.parse(value);
  const diff = new Differences();
  const window = new DelayWindow(durationS * 1000);
  for (const [t, recorded, expected] of ops) {
    window.record(t0Unix * 1000 + t, recorded);
    diff.same(`t=${t}`, window.largest, expected);
  }
  return diff.found;
}

function derive(value: unknown): string[] {
  if (!isLine(value)) return ['is no object'];
  const diff = new Differences();
  const { config, problems } = configOf(value, value);
  const inMap = problems.filter(({ annotation }) => annotation.startsWith('config-autoscaler/'));
  diff.same('a refused ConfigMap', inMap.length > 0, value.configError !== undefined);
  if (value.configError !== undefined) return diff.found;
  diff.same(
    `refused annotations (ours ${JSON.stringify(problems)}, Knative's "${String(value.annotationError)}")`,
    problems.length > 0,
    value.annotationError !== undefined,
  );
  if (isLine(value.derived)) diff.fields('derived', derivedOf(config), value.derived);
  else diff.add('has neither a derived configuration nor a ConfigMap error');
  return diff.found;
}

function scale(value: unknown): string[] {
  if (!isLine(value) || !isLine(value.spec) || !Array.isArray(value.steps))
    return ['has no spec or no steps'];
  const { spec } = value;
  const diff = new Differences();
  const deciderSpec: DeciderSpec = {
    targetValue: num(spec.targetValue),
    totalValue: num(spec.totalValue),
    targetBurstCapacity: num(spec.targetBurstCapacity),
    panicThreshold: num(spec.panicThreshold),
    stableWindowMs: num(spec.stableWindowMs),
    scaleDownDelayMs: num(spec.scaleDownDelayMs),
    initialScale: num(spec.initialScale),
    reachable: spec.reachable === true,
    activationScale: num(spec.activationScale),
    maxScaleUpRate: num(spec.maxScaleUpRate),
    maxScaleDownRate: num(spec.maxScaleDownRate),
  };
  const t0 = num(value.t0Unix) * 1000;
  const decider = new Decider(deciderSpec, t0, num(value.initialReady));
  for (const step of value.steps.filter(isLine)) {
    const where = `t=${num(step.t)}`;
    const valid = step.noData !== true;
    if (valid) decider.decide(t0 + num(step.t), num(step.ready), num(step.stable), num(step.panicVal));
    diff.same(`${where} valid`, valid, step.valid === true);
    diff.same(`${where} panic`, decider.panicSinceMs !== null, step.panic === true);
    diff.same(`${where} maxPanic`, decider.maxPanicPods, num(step.maxPanic));
    if (!valid) continue;
    diff.same(`${where} desired`, decider.desiredPods, num(step.desired));
    diff.same(`${where} ebc`, decider.excessBurstCapacity, num(step.ebc));
  }
  return diff.found;
}

function samples(value: unknown): string[] {
  const [pods, expected] = z.tuple([z.number(), z.number()]).parse(value);
  const diff = new Differences();
  diff.same(`sample of ${pods} pods`, scrapeSampleSize(pods), expected);
  return diff.found;
}

/** The replayer of each file of `kpa-unit`, by its name: one case to what differs. */
export const kpaUnits: Record<string, (value: unknown) => string[]> = {
  'buckets.json': buckets,
  'maxwindow.json': delay,
  'derive.json': derive,
  'scale.json': scale,
  'samplesize.json': samples,
};

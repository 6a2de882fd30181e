import { z } from 'zod';
import { HpaController, type HpaSyncInput } from '@/lib/autoscaling/hpa/controller';
import { type HpaRules, type HpaSpec, hpaMetricSchema } from '@/lib/model/hpa-spec';
import { defaultHpaTimings } from '@/lib/autoscaling/hpa/timings';
import { Differences, type Line, num } from './lines';

const policySchema = z.tuple([z.enum(['Pods', 'Percent']), z.number(), z.number()]);
const rulesSchema = z.object({
  stabilizationWindowSeconds: z.number().optional(),
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']).optional(),
  policies: z.array(policySchema).optional(),
  // A Kubernetes quantity: 0.05 or "50m".
  tolerance: z
    .union([
      z.number(),
      z.string().transform((text) => (text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text))),
    ])
    .optional(),
});
const behaviorSchema = z.object({ scaleUp: rulesSchema.nullish(), scaleDown: rulesSchema.nullish() });
const specSchema = z.object({
  minReplicas: z.number().optional(),
  maxReplicas: z.number(),
  metrics: z.array(hpaMetricSchema).optional(),
  behavior: behaviorSchema.nullish(),
});
const syncSchema = z.object({
  t: z.number(),
  in: z.object({
    specReplicas: z.number().default(0),
    statusReplicas: z.number().default(0),
    pods: z
      .array(
        z.object({
          n: z.string(),
          phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']),
          ready: z.boolean().optional(),
          readyAt: z.number().default(0),
          start: z.number().default(0),
          req: z.number().default(0),
          del: z.boolean().default(false),
          m: z.record(z.string(), z.number()).nullish(),
          mt: z.number().default(0),
          mw: z.number().default(0),
        }),
      )
      .nullish(),
    external: z.record(z.string(), z.array(z.number())).nullish(),
    object: z.record(z.string(), z.number()).nullish(),
    failing: z.record(z.string(), z.boolean()).nullish(),
  }),
  out: z.object({
    scaleTo: z.number().optional(),
    error: z.union([z.boolean(), z.string()]).optional(),
    desired: z.number().default(0),
    current: z.number().default(0),
    lastScale: z.number().optional(),
    cond: z.record(z.string(), z.tuple([z.string(), z.string()])).nullish(),
  }),
});

function toRules(rules: z.infer<typeof rulesSchema> | null | undefined): HpaRules | null {
  if (!rules) return null;
  return {
    stabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    policies: rules.policies?.map(([type, value, periodSeconds]) => ({ type, value, periodSeconds })) ?? null,
    selectPolicy: rules.selectPolicy ?? 'Max',
    tolerance: rules.tolerance ?? null,
  };
}

function toSpec(spec: z.infer<typeof specSchema>): HpaSpec {
  return {
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    metrics: spec.metrics?.length
      ? spec.metrics
      : [{ type: 'Resource', name: 'cpu', target: 'Utilization', quantity: 80 }],
    behavior: spec.behavior
      ? { scaleUp: toRules(spec.behavior.scaleUp), scaleDown: toRules(spec.behavior.scaleDown) }
      : null,
  };
}

/** Replays every sync of one HorizontalPodAutoscaler's trace. */
export function replayHpaTrace(lines: Line[]): string[] {
  const [head, ...events] = lines;
  const diff = new Differences();
  if (!head || head.e !== 'head') return ['the first line is no head'];
  if (events.length === 0) return ['has no events after its head'];
  const spec = toSpec(specSchema.parse(head.spec));
  const controller = new HpaController(spec, {
    downscaleStabilizationMs: flag(
      head,
      'downscaleStabilisationMs',
      defaultHpaTimings.downscaleStabilizationMs,
    ),
    tolerance: flag(head, 'tolerance', defaultHpaTimings.tolerance),
    cpuInitializationPeriodMs: flag(
      head,
      'cpuInitializationPeriodMs',
      defaultHpaTimings.cpuInitializationPeriodMs,
    ),
    initialReadinessDelayMs: flag(head, 'initialReadinessDelayMs', defaultHpaTimings.initialReadinessDelayMs),
  });
  diff.same('minReplicas after defaulting', spec.minReplicas, num(head.minReplicas));
  compareBehavior(diff, controller, head.defaultedBehavior);
  for (const [index, line] of events.entries()) {
    if (line.e === 'sync')
      compareSync(diff, `line ${index + 2}, t=${num(line.t)}`, controller, num(head.t0Unix) * 1000, line);
    else diff.add(`line ${index + 2}: unknown kind of event ${JSON.stringify(line.e)}`);
  }
  return diff.found;
}

/** Replays one sync of a new controller. */
export function replayHpaSync(value: unknown): string[] {
  const diff = new Differences();
  const { spec, defaultedBehavior } = z
    .object({ spec: specSchema, defaultedBehavior: z.unknown() })
    .parse(value);
  const controller = new HpaController(toSpec(spec));
  compareBehavior(diff, controller, defaultedBehavior);
  compareSync(diff, 'sync', controller, 0, value);
  return diff.found;
}

function flag(head: Line, name: string, otherwise: number): number {
  return head[name] === undefined ? otherwise : num(head[name]);
}

function compareBehavior(diff: Differences, controller: HpaController, expected: unknown): void {
  const behavior = behaviorSchema.nullish().parse(expected);
  diff.same(
    'behavior after defaulting',
    JSON.stringify(controller.rules),
    JSON.stringify(behavior ? { up: toRules(behavior.scaleUp), down: toRules(behavior.scaleDown) } : null),
  );
}

function compareSync(
  diff: Differences,
  where: string,
  controller: HpaController,
  t0: number,
  value: unknown,
): void {
  const { t, in: given, out } = syncSchema.parse(value);
  const input: HpaSyncInput = {
    atMs: t0 + t,
    specReplicas: given.specReplicas,
    statusReplicas: given.statusReplicas,
    pods: (given.pods ?? []).map((pod) => ({
      name: pod.n,
      phase: pod.phase,
      deleting: pod.del,
      ready: pod.ready === undefined ? null : { status: pod.ready, changedAtMs: t0 + pod.readyAt },
      startedAtMs: pod.start === -1 ? null : t0 + pod.start,
      request: pod.req === -1 ? null : pod.req,
      samples: pod.m ?? {},
      sampledAtMs: t0 + pod.mt,
      sampleWindowMs: pod.mw,
    })),
    external: given.external ?? {},
    object: given.object ?? {},
    failing: Object.entries(given.failing ?? {})
      .filter(([, fails]) => fails)
      .map(([name]) => name),
  };
  const result = controller.sync(input);
  const { status } = controller;
  diff.same(`${where} scaleTo`, result.scaled ? result.replicas : undefined, out.scaleTo);
  diff.same(`${where} error`, result.error !== null, out.error !== undefined && out.error !== false);
  diff.same(`${where} desired`, status.desiredReplicas, out.desired);
  diff.same(`${where} current`, status.currentReplicas, out.current);
  diff.same(
    `${where} lastScale`,
    status.lastScaleMs === null ? undefined : status.lastScaleMs - t0,
    out.lastScale,
  );
  const ours = Object.entries(status.conditions)
    .map(([type, { status: state, reason }]) => `${type}=${state}/${reason}`)
    .sort()
    .join(' ');
  const expected = Object.entries(out.cond ?? {})
    .map(([type, [state, reason]]) => `${type}=${state}/${reason}`)
    .sort()
    .join(' ');
  diff.same(`${where} conditions`, ours, expected);
}

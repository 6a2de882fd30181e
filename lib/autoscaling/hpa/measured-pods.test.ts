import { describe, expect, it } from 'vitest';
import { createAutoscaler, explain, MeasuredPods, resolveConfig } from '@/lib/autoscaling';
import { type PodUsage } from '@/lib/model/cluster-report';
import { type PodPhase } from '@/lib/model/recording';
import { english } from '@/lib/words/english';

const originMs = 1_700_000_000_000;
const windowMs = 15_000;
const nowMs = 120_000;

const config = (annotations: Record<string, string>) =>
  resolveConfig({
    annotations: {
      'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev',
      ...Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]),
      ),
    },
    containerConcurrency: 0,
  }).config;

const usage = (pod: string, more: Partial<PodUsage> = {}): PodUsage => ({
  pod,
  revision: 'shop-00001',
  sampledAtMs: 110_000,
  windowMs,
  cpuMilli: 100,
  memoryBytes: 64 * 2 ** 20,
  cpuRequestMilli: 100,
  memoryRequestBytes: null,
  noCpuRequest: null,
  startedAtMs: 1000,
  ...more,
});

/** Pods by name, each in its phase since 2 s. */
function seen(phases: Record<string, PodPhase>, usages: PodUsage[]): MeasuredPods {
  const pods = new MeasuredPods();
  for (const [name, phase] of Object.entries(phases))
    pods.onPod({ uid: name, name, phase, revision: 'shop-00001', atMs: 2000, serverAtMs: 2000 });
  pods.onUsage(usages);
  return pods;
}

function decide(annotations: Record<string, string>, pods: MeasuredPods, replicas: number) {
  const resolved = config(annotations);
  const autoscaler = createAutoscaler(resolved, { atMs: originMs, readyPods: replicas, replicas });
  return autoscaler.tick({
    atMs: originMs + nowMs,
    readyPods: replicas,
    replicas,
    pods: pods.seen(resolved.hpa!.metrics[0]!.name, originMs),
  });
}

describe('an hpa on what its pods use', () => {
  it('asks for as many pods as bring CPU back to its share of the request', () => {
    const pods = seen({ a: 'ready', b: 'ready' }, [usage('a'), usage('b', { cpuMilli: 60 })]);
    const decision = decide({ metric: 'cpu', target: '40' }, pods, 2);
    expect(decision).toMatchObject({ valid: true, stableAverage: 80, replicas: 4 });
    expect(english(explain(decision))).toBe('CPU at 80 % of the request over 2 pods, target 40 %: 4 pods.');
  });

  it('asks for as many as bring memory to its target in MiB', () => {
    const pods = seen({ a: 'ready' }, [usage('a')]);
    const decision = decide({ metric: 'memory', target: '32' }, pods, 1);
    expect(decision).toMatchObject({ valid: true, stableAverage: 64, replicas: 2 });
    expect(decision.reason.target).toBe(32);
    expect(english(explain(decision))).toBe('64 MiB a pod over 1 pod, target 32 MiB: 2 pods.');
  });

  it('counts a pod that starts as idle, with what its revision requests', () => {
    const alone = seen({ a: 'ready' }, [usage('a')]);
    const starting = seen({ a: 'ready', b: 'pending' }, [usage('a')]);
    expect(decide({ metric: 'cpu', target: '40' }, alone, 1).replicas).toBe(3);
    // 100 of 200 requested are 50 %: a third pod at most.
    expect(decide({ metric: 'cpu', target: '40' }, starting, 2).replicas).toBe(3);
    expect(decide({ metric: 'cpu', target: '48' }, starting, 2).replicas).toBe(2);
  });

  it('takes no sample of a young pod that reaches back before it was ready', () => {
    const young = usage('a', { startedAtMs: 1000, sampledAtMs: 2000 + windowMs - 1 });
    const decision = decide({ metric: 'cpu', target: '40' }, seen({ a: 'ready' }, [young]), 1);
    expect(decision.valid).toBe(false);
    expect(decision.reason.failure).toContain('pods might be unready');
  });

  it('says in the controller’s words what is missing, and decides nothing', () => {
    const bare = usage('a', { cpuRequestMilli: null, noCpuRequest: 'user-container' });
    const noRequest = decide({ metric: 'cpu', target: '40' }, seen({ a: 'ready' }, [bare]), 1);
    expect(noRequest).toMatchObject({ valid: false, replicas: 1 });
    expect(english(explain(noRequest))).toContain(
      'missing request for cpu in container user-container of Pod a',
    );
    const nothing = decide({ metric: 'cpu', target: '40' }, seen({ a: 'ready' }, []), 1);
    expect(english(explain(nothing))).toContain('no metrics returned from resource metrics API');
  });

  it('forgets a pod that is gone', () => {
    const pods = seen({ a: 'ready', b: 'ready' }, [usage('a'), usage('b')]);
    pods.onPod({ uid: 'b', name: 'b', phase: 'gone', revision: null, atMs: 3000, serverAtMs: null });
    expect(pods.seen('cpu', originMs).map(({ name }) => name)).toEqual(['a']);
  });
});

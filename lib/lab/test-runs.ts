import { type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type ClusterState } from './cluster-state';
import { ownedBy, type KubeObject } from './object-store';
import { RunnerPod, runnerSpecSchema } from './runner-pod';
import { type RunnerProgram } from './runner-program';
import { StatusError } from './status';

const specSchema = z.looseObject({
  parallelism: z.number().int(),
  arguments: z.string().default(''),
  args: z.array(z.string()).default([]),
  script: z.union([
    z.looseObject({ localFile: z.string().min(1) }),
    z.looseObject({ configMap: z.looseObject({ name: z.string(), file: z.string().default('test.js') }) }),
  ]),
  quiet: z.string().default('true'),
  paused: z.string().default('true'),
  runner: runnerSpecSchema.prefault({}),
  starter: z.looseObject({ schedulerName: z.string().optional() }).default({}),
  cleanup: z.string().optional(),
});
type Spec = z.infer<typeof specSchema>;

const lookEveryMs = 50;
/** The scheduler of all pods that name none. */
const usualScheduler = 'default-scheduler';

/**
 * k6-operator's part in the lab, by its source (internal/controller/testrun_controller.go): an initializer reads the
 * script, then each runner waits with its segment of the load, a starter has all of them begin, and the last one to end
 * ends the TestRun. What was deleted takes what it owns with it, as Kubernetes' garbage collector does.
 */
export class TestRuns {
  private readonly pods = new Map<string, RunnerPod>();

  constructor(
    private readonly cluster: ClusterState,
    private readonly program: RunnerProgram,
  ) {
    cluster.testRuns.subscribe(({ type, object }) => {
      if (type === 'ADDED') void this.operate(object.metadata.namespace, object.metadata.name);
    });
  }

  /** Throws a StatusError where the custom resource's schema, or the operator, takes it not. */
  admit(object: KubeObject): KubeObject {
    const { error } = specSchema.safeParse(object.spec);
    const [issue] = error?.issues ?? [];
    if (issue)
      throw new StatusError(
        422,
        'Invalid',
        `TestRun.k6.io "${object.metadata.name}" is invalid: spec.${issue.path.join('.')}: ${issue.message}`,
      );
    return object;
  }

  remove(object: KubeObject): void {
    const { namespace, name } = object.metadata;
    this.cluster.testRuns.remove(namespace, name);
    this.collect(object);
  }

  /** A pod that somebody deletes; false: it is none of a TestRun. */
  removePod({ metadata: { namespace, name } }: KubeObject, atOnce = false): boolean {
    const pod = this.pods.get(`${namespace}/${name}`);
    pod?.remove(atOnce);
    return pod !== undefined;
  }

  /** Answers with the log of a pod; false: it is none of a TestRun. */
  sendLog(namespace: string, name: string, response: ServerResponse, follow: boolean): boolean {
    const pod = this.pods.get(`${namespace}/${name}`);
    pod?.sendLog(response, follow);
    return pod !== undefined;
  }

  /** What a pod's k6 answers; null: it is none, or does not listen. */
  async ask(
    { namespace, pod, path }: { namespace: string; pod: string; path: string },
    method: string,
    body: string,
  ): Promise<{ status: number; body: string } | null> {
    return this.pods.get(`${namespace}/${pod}`)?.ask(method, path, body) ?? null;
  }

  close(): void {
    for (const pod of this.pods.values()) pod.close();
  }

  private async operate(namespace: string, name: string): Promise<void> {
    const object = this.cluster.testRuns.get(namespace, name);
    if (!object) return;
    const spec = specSchema.parse(object.spec);
    const labels = { app: 'k6', k6_cr: name };
    const own = { ...spec.runner.metadata?.labels, ...labels };
    const at = (): KubeObject | undefined => {
      const now = this.cluster.testRuns.get(namespace, name);
      return now?.metadata.uid === object.metadata.uid ? now : undefined;
    };
    const stage = (next: string): boolean => {
      const now = at();
      if (now) this.cluster.testRuns.update({ ...now, status: { ...(now.status as object), stage: next } });
      return now !== undefined;
    };
    if (!stage('initialization')) return;
    const initializer = this.pod(object, `${name}-initializer`, own, spec, [
      'sh',
      '-c',
      `k6 archive ${scriptOf(spec)} && k6 inspect --execution-requirements`,
    ]);
    await initializer.inspect(this.program);
    if ((await initializer.ended) !== 0) return void stage('error');
    this.endJob(initializer, 0);
    if (!stage('initialized')) return;
    const runners = Array.from({ length: spec.parallelism }, (_, i) => {
      const args = argsOf(spec, name, i + 1);
      const pod = this.pod(object, `${name}-${i + 1}`, { ...own, runner: 'true' }, spec, ['k6', ...args]);
      void pod.run(this.program, args);
      void pod.ended.then((code) => this.endJob(pod, code));
      return pod;
    });
    if (!stage('created')) return;
    const allEnded = Promise.all(runners.map(({ ended }) => ended));
    while (!runners.every(({ isRunning }) => isRunning)) {
      if (!at()) return;
      await sleep(lookEveryMs);
    }
    // As the operator, which asks each runner's Service first.
    for (const pod of runners)
      while (at() && pod.isRunning && !(await pod.ask('GET', '/v1/status', ''))) await sleep(lookEveryMs);
    const starter = this.pod(object, `${name}-starter`, labels, spec, [
      'sh',
      '-c',
      'curl --retry 3 -X PATCH',
    ]);
    const { schedulerName = usualScheduler } = spec.starter;
    if (schedulerName === usualScheduler) {
      const body = JSON.stringify({
        data: { attributes: { paused: false }, id: 'default', type: 'status' },
      });
      await Promise.all(runners.map((pod) => pod.ask('PATCH', '/v1/status', body)));
      starter.succeed();
      this.endJob(starter, 0);
    }
    if (!stage('started')) return;
    await allEnded;
    stage('stopped');
    stage('finished');
    const now = at();
    if (now && spec.cleanup === 'post') this.remove(now);
  }

  private pod(
    testRun: KubeObject,
    name: string,
    labels: Record<string, string>,
    spec: Spec,
    command: readonly string[],
  ): RunnerPod {
    const job = this.cluster.jobs.create({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        namespace: testRun.metadata.namespace,
        labels,
        ownerReferences: ownedBy(testRun),
      },
      spec: { backoffLimit: 0 },
      status: { active: 1 },
    });
    const pod = new RunnerPod(this.cluster, { job, labels, spec: spec.runner, command });
    this.pods.set(`${pod.namespace}/${pod.name}`, pod);
    return pod;
  }

  /** What the Job's controller tells of a pod that has ended, or is gone (null). */
  private endJob({ namespace, name }: RunnerPod, code: number | null): void {
    const job = this.cluster.jobs.get(namespace, name.replace(/-[^-]+$/, ''));
    if (job) this.cluster.jobs.update({ ...job, status: code === 0 ? { succeeded: 1 } : { failed: 1 } });
  }

  /** Removes what an object that is gone owned, and what that owned. */
  private collect({ metadata: { uid } }: KubeObject): void {
    const owned = (object: KubeObject): boolean =>
      object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
    const { jobs, pods, configMaps, secrets } = this.cluster;
    for (const store of [configMaps, secrets])
      for (const { metadata } of store.list().filter(owned)) store.remove(metadata.namespace, metadata.name);
    for (const job of jobs.list().filter(owned)) {
      jobs.remove(job.metadata.namespace, job.metadata.name);
      this.collect(job);
    }
    for (const pod of pods.list().filter(owned)) this.removePod(pod);
  }
}

function scriptOf({ script }: Spec): string {
  return 'localFile' in script
    ? (script.localFile as string)
    : `/test/${(script.configMap as { file: string }).file}`;
}

/** k6's arguments for a runner, as pkg/resources/jobs/runner.go puts them together. */
function argsOf(spec: Spec, name: string, index: number): string[] {
  const { parallelism } = spec;
  const part = (i: number): string => (i === 0 ? '0' : i === parallelism ? '1' : `${i}/${parallelism}`);
  const sequence = Array.from({ length: parallelism + 1 }, (_, i) => part(i)).join(',');
  return [
    'run',
    ...(spec.quiet === 'false' ? [] : ['--quiet']),
    ...(parallelism > 1
      ? [`--execution-segment=${part(index - 1)}:${part(index)}`, `--execution-segment-sequence=${sequence}`]
      : []),
    ...(spec.args.length > 0 ? spec.args : wordsOf(spec.arguments)),
    scriptOf(spec),
    '--address=0.0.0.0:6565',
    ...(spec.paused === 'false' ? [] : ['--paused']),
    ...['--tag', `instance_id=${index}`, '--tag', `testrun_name=${name}`],
  ];
}

/** Words as a shell reads them, as far as single quotes go. */
function wordsOf(text: string): string[] {
  return (text.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));
}

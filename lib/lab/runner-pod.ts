import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerResponse } from 'node:http';
import { z } from 'zod';
import { type ClusterState } from './cluster-state';
import { ownedBy, type KubeObject } from './object-store';
import { kubeTime } from './objects/times';
import {
  type MountedFile,
  type RunnerContainer,
  type RunnerProcess,
  type RunnerProgram,
} from './runner-program';

/** How long a container may take to end before it is killed. */
const graceMs = 30_000;
/** A kubelet tries again to mount what is not there yet. */
const mountEveryMs = 50;
const mostLogCharacters = 10_000_000;

const namesSchema = z.object({ key: z.string(), path: z.string() });
const volumeSchema = z.looseObject({
  name: z.string(),
  projected: z
    .looseObject({
      sources: z.array(
        z.looseObject({ configMap: z.looseObject({ name: z.string(), items: z.array(namesSchema) }) }),
      ),
    })
    .optional(),
  configMap: z.looseObject({ name: z.string() }).optional(),
  secret: z.looseObject({ secretName: z.string(), items: z.array(namesSchema).optional() }).optional(),
});
const envSchema = z.looseObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .looseObject({
      secretKeyRef: z.looseObject({ name: z.string(), key: z.string() }).optional(),
      fieldRef: z.looseObject({ fieldPath: z.string() }).optional(),
    })
    .optional(),
});

/** What a TestRun says of the pods of its runners, as far as the lab goes by it. */
export const runnerSpecSchema = z.looseObject({
  image: z.string().default('grafana/k6:latest'),
  env: z.array(envSchema).default([]),
  volumes: z.array(volumeSchema).default([]),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).default([]),
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }).optional(),
});
export type RunnerSpec = z.infer<typeof runnerSpecSchema>;

/** What one of its pods is for. */
export interface PodOrder {
  /** The Job's, which the pod's begins with. */
  job: KubeObject;
  labels: Record<string, string>;
  spec: RunnerSpec;
  /** Of the container. */
  command: readonly string[];
}

type State =
  | { waiting: { reason: string; message?: string } }
  | { running: { startedAt: string } }
  | {
      terminated: {
        exitCode: number;
        signal?: number;
        reason: string;
        startedAt: string;
        finishedAt: string;
      };
    };

/** One pod of a TestRun in the lab, from its creation to its end: a kubelet's part, with a log of its own. */
export class RunnerPod {
  readonly name: string;
  readonly namespace: string;
  /** Resolves with the container's exit code, or null where it was never run. */
  readonly ended: Promise<number | null>;
  isRunning = false;
  private settle: (code: number | null) => void = () => {};
  private process: RunnerProcess | null = null;
  private log = '';
  private readonly followers = new Set<ServerResponse>();
  private isOver = false;
  private removing = false;
  private startedAt = '';

  constructor(
    private readonly cluster: ClusterState,
    private readonly order: PodOrder,
  ) {
    const { job, labels, spec, command } = order;
    this.namespace = job.metadata.namespace;
    this.name = `${job.metadata.name}-${Math.random().toString(36).slice(2, 7).padEnd(5, 'x')}`;
    this.ended = new Promise((resolve) => (this.settle = resolve));
    cluster.pods.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: this.name,
        namespace: this.namespace,
        labels: {
          ...labels,
          'job-name': job.metadata.name,
          'batch.kubernetes.io/job-name': job.metadata.name,
        },
        ownerReferences: ownedBy(job),
      },
      spec: {
        restartPolicy: 'Never',
        containers: [
          { name: 'k6', image: spec.image, command, env: spec.env, volumeMounts: spec.volumeMounts },
        ],
        volumes: spec.volumes,
      },
      status: {
        phase: 'Pending',
        containerStatuses: [this.container({ waiting: { reason: 'ContainerCreating' } })],
      },
    });
  }

  /** Runs what the pod is for, once all that it mounts is there. */
  async inspect(program: RunnerProgram): Promise<void> {
    const container = await this.mounted();
    if (!container) return;
    this.tell('Running', { running: { startedAt: this.begin() } });
    const { code, log } = await program
      .inspect(container)
      .catch((error: Error) => ({ code: 1, log: error.message }));
    this.note(log);
    this.finish(code, null);
  }

  /** Starts its k6. */
  async run(program: RunnerProgram, args: readonly string[]): Promise<void> {
    const container = await this.mounted();
    if (!container) return;
    try {
      this.process = await program.start({ ...container, args }, (text) => this.note(text));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return this.tell('Pending', { waiting: { reason: 'CreateContainerError', message: words } });
    }
    void this.process.ended.then(({ code, signal }) => this.finish(code, signal));
    this.isRunning = true;
    this.tell('Running', { running: { startedAt: this.begin() } });
    if (this.removing) this.process.end('SIGTERM');
  }

  /** It is what a Job waits for, and has nothing to run. */
  succeed(): void {
    this.begin();
    this.finish(0, null);
  }

  /** Asks its k6's HTTP API; null: nothing listens. */
  async ask(method: string, path: string, body: string): Promise<{ status: number; body: string } | null> {
    // A container runs before its k6 listens.
    return this.isRunning && this.process ? this.process.ask(method, path, body).catch(() => null) : null;
  }

  /** Answers with its log, and with `follow` goes on until its container ends. */
  sendLog(response: ServerResponse, follow: boolean): void {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write(this.log);
    if (!follow || this.isOver) return void response.end();
    this.followers.add(response);
    response.on('close', () => this.followers.delete(response));
  }

  /** Somebody deletes it: its container is asked to end, and killed when the grace is over, or at once. */
  remove(atOnce: boolean): void {
    if (this.removing && !atOnce) return;
    this.removing = true;
    if (this.isOver || !this.process) return this.forget();
    if (atOnce) return this.process.end('SIGKILL');
    const object = this.object();
    if (object)
      this.cluster.pods.update({
        ...object,
        metadata: {
          ...object.metadata,
          deletionTimestamp: kubeTime(Date.now() + graceMs),
          deletionGracePeriodSeconds: graceMs / 1000,
        },
      });
    this.process.end('SIGTERM');
    setTimeout(() => this.process?.end('SIGKILL'), graceMs).unref();
  }

  /** Ends it at once, untold. */
  close(): void {
    this.removing = true;
    this.process?.end('SIGKILL');
  }

  /** A container's variables and files, once the objects that they come from are there; null: it was deleted before. */
  private async mounted(): Promise<RunnerContainer | null> {
    for (;;) {
      if (this.removing) return null;
      const found = this.read();
      if (found !== null) return { pod: this.name, args: [], ...found };
      await sleep(mountEveryMs);
    }
  }

  private read(): Pick<RunnerContainer, 'env' | 'files'> | null {
    const { spec } = this.order;
    const env: Record<string, string> = {};
    for (const { name, value, valueFrom } of spec.env) {
      const { secretKeyRef, fieldRef } = valueFrom ?? {};
      const told = secretKeyRef
        ? this.valueIn('secrets', secretKeyRef.name, secretKeyRef.key)?.toString()
        : fieldRef
          ? this.field(fieldRef.fieldPath)
          : (value ?? '').replaceAll(/\$\((\w+)\)/g, (whole, other: string) => env[other] ?? whole);
      if (told === undefined) return null;
      env[name] = told;
    }
    const files: MountedFile[] = [];
    for (const { name, mountPath } of spec.volumeMounts) {
      const volume = spec.volumes.find((one) => one.name === name);
      const sources = [
        ...(volume?.projected?.sources ?? []).map(({ configMap }) => ({
          store: 'configMaps' as const,
          from: configMap.name,
          items: configMap.items,
        })),
        ...(volume?.secret
          ? [
              {
                store: 'secrets' as const,
                from: volume.secret.secretName,
                items: volume.secret.items ?? this.keysIn('secrets', volume.secret.secretName),
              },
            ]
          : []),
        ...(volume?.configMap
          ? [
              {
                store: 'configMaps' as const,
                from: volume.configMap.name,
                items: this.keysIn('configMaps', volume.configMap.name),
              },
            ]
          : []),
      ];
      for (const { store, from, items } of sources) {
        if (!this.cluster[store].get(this.namespace, from)) return null;
        for (const { key, path } of items) {
          const content = this.valueIn(store, from, key);
          if (content === undefined) return null;
          files.push({ path: `${mountPath}/${path}`, content });
        }
      }
    }
    return { env, files };
  }

  private keysIn(store: 'configMaps' | 'secrets', name: string): { key: string; path: string }[] {
    const { data, binaryData } = contentSchema.parse(this.cluster[store].get(this.namespace, name) ?? {});
    return [...Object.keys(data), ...Object.keys(binaryData)].map((key) => ({ key, path: key }));
  }

  private valueIn(store: 'configMaps' | 'secrets', name: string, key: string): Buffer | undefined {
    const { data, binaryData } = contentSchema.parse(this.cluster[store].get(this.namespace, name) ?? {});
    const text = data[key];
    if (text !== undefined) return Buffer.from(text, store === 'secrets' ? 'base64' : 'utf8');
    return binaryData[key] === undefined ? undefined : Buffer.from(binaryData[key], 'base64');
  }

  private field(path: string): string | undefined {
    const { metadata } = this.object() ?? {};
    const label = /^metadata\.labels\['(.+)'\]$/.exec(path)?.[1];
    if (label !== undefined) return metadata?.labels?.[label] ?? '';
    return {
      'metadata.uid': metadata?.uid,
      'metadata.name': this.name,
      'metadata.namespace': this.namespace,
    }[path];
  }

  private begin(): string {
    return (this.startedAt = kubeTime());
  }

  private note(text: string): void {
    if (this.log.length + text.length > mostLogCharacters) return;
    this.log += text;
    for (const follower of this.followers) follower.write(text);
  }

  private finish(code: number | null, signal: string | null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.isRunning = false;
    const number =
      signal === null ? null : (constants.signals[signal as NodeJS.Signals] ?? constants.signals.SIGKILL);
    const exitCode = number === null ? (code ?? 1) : 128 + number;
    this.tell(exitCode === 0 ? 'Succeeded' : 'Failed', {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt: this.startedAt,
        finishedAt: kubeTime(),
      },
    });
    for (const follower of this.followers) follower.end();
    this.settle(exitCode);
    if (this.removing) this.forget();
  }

  private forget(): void {
    this.cluster.pods.remove(this.namespace, this.name);
    this.settle(null);
  }

  private container(state: State): object {
    const { image } = this.order.spec;
    return { name: 'k6', image, ready: 'running' in state, restartCount: 0, state };
  }

  private tell(phase: string, state: State): void {
    const object = this.object();
    if (object)
      this.cluster.pods.update({ ...object, status: { phase, containerStatuses: [this.container(state)] } });
  }

  private object(): KubeObject | undefined {
    return this.cluster.pods.get(this.namespace, this.name);
  }
}

const contentSchema = z.looseObject({
  data: z.record(z.string(), z.string()).default({}),
  binaryData: z.record(z.string(), z.string()).default({}),
});

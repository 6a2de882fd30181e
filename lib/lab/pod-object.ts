import { createHash } from 'node:crypto';
import { protocolOf, type KnativeService } from './knative-service';
import { type KubeObject, type NewObject, ownedBy } from './object-store';
import { withTimes, type Condition, type ConditionState } from './objects/conditions';
import { kubeTime } from './objects/times';
import { kubeletReadiness, probesOf } from './probes';

export const userContainer = 'user-container';
export const queueProxy = 'queue-proxy';
const queueProxyImage = 'lab/queue-proxy';

/** A container's state as Kubernetes tells it: waiting, running or terminated. */
export type ContainerState =
  | { waiting: { reason: string; message?: string } }
  | { running: { startedAt: string } }
  | { terminated: Terminated };
export interface Terminated {
  exitCode: number;
  reason: string;
  message?: string;
  startedAt: string;
  finishedAt: string;
}
export interface ContainerProgress {
  state: ContainerState;
  lastState: { terminated: Terminated } | Record<string, never>;
  restarts: number;
  ready: boolean;
  started: boolean;
}

/** How far a pod has come; `refusal`: why it has no node. */
export interface PodProgress {
  node: string | null;
  refusal: string | null;
  port: number;
  user: ContainerProgress;
  proxy: ContainerProgress;
}

export const creating = (): ContainerProgress => ({
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
  restarts: 0,
  ready: false,
  started: false,
});

/** The labels that Knative gives to all that belongs to a revision. */
export function revisionLabels(service: KnativeService, revision: KubeObject): Record<string, string> {
  return {
    app: revision.metadata.name,
    ...service.spec.template.metadata?.labels,
    'serving.knative.dev/configuration': service.metadata.name,
    'serving.knative.dev/configurationGeneration': `${service.metadata.generation ?? 1}`,
    'serving.knative.dev/revision': revision.metadata.name,
    'serving.knative.dev/revisionUID': revision.metadata.uid,
    'serving.knative.dev/service': service.metadata.name,
    'serving.knative.dev/serviceUID': service.metadata.uid,
  };
}

/** The image that a revision's user container runs, as its YAML names it. */
export function imageOf(service: KnativeService): string {
  return service.spec.template.spec.containers[0]!.image ?? 'command';
}

/** How long a pod may take to end, its requests included: as long as a request may take, which is 300 s by default (config-defaults). */
export function gracePeriodS(service: KnativeService): number {
  return service.spec.template.spec.timeoutSeconds ?? 300;
}

/** What a pod of the revision consists of, as its Deployment has it. */
export function podTemplate(
  service: KnativeService,
  revision: KubeObject,
): { metadata: object; spec: object } {
  const { containers, containerConcurrency } = service.spec.template.spec;
  const container = containers[0]!;
  // Knative's networking.BackendHTTPPort and BackendHTTP2Port.
  const queuePort = protocolOf(service) === 'h2c' ? 8013 : 8012;
  const { readiness, liveness, startup } = probesOf(service);
  return {
    metadata: {
      labels: revisionLabels(service, revision),
      // Knative keeps the autoscaler's annotations from pods.
      annotations: Object.fromEntries(
        Object.entries(service.spec.template.metadata?.annotations ?? {}).filter(
          ([key]) => !key.startsWith('autoscaling.knative.dev/'),
        ),
      ),
    },
    spec: {
      containers: [
        {
          name: userContainer,
          image: imageOf(service),
          ...(container.command ? { command: container.command } : {}),
          ...(container.args ? { args: container.args } : {}),
          env: container.env,
          ports: [
            {
              containerPort: container.ports?.[0]?.containerPort || 8080,
              name: 'user-port',
              protocol: 'TCP',
            },
          ],
          ...(readiness.exec ? { readinessProbe: kubeletReadiness(readiness) } : {}),
          ...(liveness ? { livenessProbe: liveness } : {}),
          ...(startup ? { startupProbe: startup } : {}),
          resources: container.resources ?? {},
        },
        {
          name: queueProxy,
          image: queueProxyImage,
          env: [
            { name: 'CONTAINER_CONCURRENCY', value: `${containerConcurrency ?? 0}` },
            { name: 'SERVING_READINESS_PROBE', value: JSON.stringify(readiness) },
          ],
          ports: [
            { containerPort: 9090, name: 'http-autometric', protocol: 'TCP' },
            { containerPort: 9091, name: 'http-usermetric', protocol: 'TCP' },
            { containerPort: queuePort, name: 'queue-port', protocol: 'TCP' },
          ],
          readinessProbe: kubeletReadiness({
            ...readiness,
            exec: undefined,
            tcpSocket: undefined,
            httpGet: {
              path: '/',
              port: queuePort,
              httpHeaders: [{ name: 'K-Network-Probe', value: 'queue' }],
            },
          }),
          resources: { requests: { cpu: '25m' } },
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: gracePeriodS(service),
    },
  };
}

/** A new pod of a ReplicaSet: pending, nothing scheduled. */
export function podObject(
  template: { metadata: object; spec: object },
  replicaSet: KubeObject,
  name: string,
): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template.metadata,
      name,
      namespace: replicaSet.metadata.namespace,
      generateName: `${replicaSet.metadata.name}-`,
      labels: {
        ...(template.metadata as { labels: Record<string, string> }).labels,
        'pod-template-hash': replicaSet.metadata.name.split('-').at(-1)!,
      },
      ownerReferences: ownedBy(replicaSet),
      managedFields: [
        { manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'v1', time: kubeTime() },
      ],
    },
    spec: { ...template.spec, schedulerName: 'default-scheduler' },
    status: { phase: 'Pending', qosClass: 'Burstable' },
  };
}

/** The pod with the status of how far it has come; a condition keeps its time while it does not change. */
export function withProgress(pod: KubeObject, progress: PodProgress): KubeObject {
  const status = pod.status as { conditions?: Condition[]; startTime?: string };
  const kubelet = progress.node !== null;
  const conditions = withTimes(status.conditions ?? [], [
    ...(kubelet ? kubeletConditions(progress) : []),
    scheduled(progress),
  ]);
  const manager = kubelet ? 'kubelet' : 'kube-scheduler';
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      managedFields: [
        ...(pod.metadata.managedFields ?? []).filter((fields) => fields.manager !== manager),
        { manager, operation: 'Update', apiVersion: 'v1', time: kubeTime(), subresource: 'status' },
      ],
    },
    spec: { ...(pod.spec as object), ...(kubelet ? { nodeName: progress.node } : {}) },
    status: {
      phase: phaseOf(progress),
      conditions: conditions.map((condition) => ({ ...condition, lastProbeTime: null })),
      ...(kubelet
        ? {
            hostIP: '127.0.0.1',
            hostIPs: [{ ip: '127.0.0.1' }],
            startTime: status.startTime ?? kubeTime(),
            // All pods are on one address: the port tells them apart, which no real pod has.
            ...(progress.port > 0
              ? { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }], podPort: progress.port }
              : {}),
            containerStatuses: [
              containerStatus(pod, queueProxy, progress.proxy),
              containerStatus(pod, userContainer, progress.user),
            ],
          }
        : {}),
      qosClass: 'Burstable',
    },
  };
}

function kubeletConditions({ user, proxy }: PodProgress): ConditionState[] {
  const running = !isCreating(user);
  const unready = [...(user.ready ? [] : [userContainer]), ...(proxy.ready ? [] : [queueProxy])];
  const ready = (type: string): ConditionState =>
    unready.length === 0
      ? { type, status: 'True' }
      : {
          type,
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${unready.join(' ')}]`,
        };
  return [
    { type: 'PodReadyToStartContainers', status: running ? 'True' : 'False' },
    { type: 'Initialized', status: 'True' },
    ready('Ready'),
    ready('ContainersReady'),
  ];
}

function scheduled({ node, refusal }: PodProgress): ConditionState {
  return node === null
    ? {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        ...(refusal ? { message: refusal } : {}),
      }
    : { type: 'PodScheduled', status: 'True' };
}

function phaseOf({ node, user, proxy }: PodProgress): string {
  if (node === null || isCreating(user)) return 'Pending';
  const ended = [user.state, proxy.state].flatMap((state) =>
    'terminated' in state ? [state.terminated.exitCode] : [],
  );
  if (ended.length < 2) return 'Running';
  return ended.every((code) => code === 0) ? 'Succeeded' : 'Failed';
}

function isCreating({ state }: ContainerProgress): boolean {
  return 'waiting' in state && state.waiting.reason === 'ContainerCreating';
}

function containerStatus(
  pod: KubeObject,
  name: string,
  progress: ContainerProgress,
): Record<string, unknown> {
  const { containers } = pod.spec as { containers: { name: string; image: string }[] };
  const { image } = containers.find((container) => container.name === name)!;
  const begun = !isCreating(progress);
  const id = (text: string): string => createHash('sha256').update(text).digest('hex');
  return {
    name,
    image,
    imageID: begun ? `${image.replace(/[@:][^/]*$/, '')}@sha256:${id(image)}` : '',
    ...(begun ? { containerID: `lab://${id(`${pod.metadata.uid} ${name} ${progress.restarts}`)}` } : {}),
    ready: progress.ready,
    started: progress.started,
    restartCount: progress.restarts,
    state: progress.state,
    lastState: progress.lastState,
  };
}

import { type FaultSwitch } from './fault-switch';
import { type KubeObject, type ObjectStore } from './object-store';
import { withTimes, type Condition } from './objects/conditions';
import { type EventRecorder } from './objects/events';
import { kubeTime } from './objects/times';

const firstNode = 'lab';
const mostNodes = 10;
const usualPodsPerNode = 110;
/** A new node shows itself, not yet ready, after this part of the time it takes. */
const registersAfter = 0.8;

/** A pod that asks for a node. */
export interface Unbound {
  object: () => KubeObject | undefined;
  bind: (node: string) => void;
  /** There is no room; the scheduler's own words. */
  refuse: (words: string) => void;
}

/** How an image came to be on a node. */
export interface Pulled {
  /** The pull itself, and that with the wait for other pulls; null: it was there. */
  pull: { pullMs: number; withWaitingMs: number } | null;
}

/** The lab's nodes, with the scheduler that gives pods to them and the autoscaler that adds nodes where room is short. */
export class Nodes {
  private readonly pods = new Map<string, number>();
  private readonly images = new Set<string>();
  private readonly pulling = new Map<string, Promise<void>>();
  private waiting: Unbound[] = [];
  private growing = false;
  private made = 1;
  private readonly stop: () => void;

  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventRecorder,
    private readonly faults: FaultSwitch,
  ) {
    this.register(firstNode);
    this.becomeReady(firstNode);
    this.stop = faults.subscribe((before) => {
      if (before.imagePullMs !== faults.current.imagePullMs) this.images.clear();
      if (before.podsPerNode === faults.current.podsPerNode) return;
      for (const node of store.list()) store.update({ ...node, status: this.statusOf(node) });
      this.retry();
      this.removeIdle();
    });
  }

  close(): void {
    this.stop();
    this.waiting = [];
  }

  /** Gives the pod to the node with the fewest, at once or when there is room. */
  schedule(pod: Unbound): void {
    const object = pod.object();
    if (!object) return;
    const node = this.roomiest();
    if (node !== null) {
      this.pods.set(node, (this.pods.get(node) ?? 0) + 1);
      this.events.record(object, {
        type: 'Normal',
        reason: 'Scheduled',
        message: `Successfully assigned ${object.metadata.namespace}/${object.metadata.name} to ${node}`,
        from: 'default-scheduler',
      });
      return pod.bind(node);
    }
    const words = this.noRoom();
    pod.refuse(words);
    this.events.record(object, {
      type: 'Warning',
      reason: 'FailedScheduling',
      message: words,
      from: 'default-scheduler',
    });
    this.waiting.push(pod);
    void this.grow();
  }

  /** The pod has gone, and its place is free. */
  release(node: string): void {
    this.pods.set(node, (this.pods.get(node) ?? 1) - 1);
    this.retry();
    this.removeIdle();
  }

  /** Brings an image onto a node: pulls one at a time, as the kubelet does. `onPull`: told when it is not there yet. */
  async pull(node: string, image: string, onPull: () => void): Promise<Pulled> {
    const key = `${node} ${image}`;
    const { imagePullMs } = this.faults.current;
    if (imagePullMs === 0 || this.images.has(key)) return { pull: null };
    onPull();
    const askedMs = performance.now();
    let beganMs = askedMs;
    const pull = (this.pulling.get(node) ?? Promise.resolve()).then(async () => {
      beganMs = performance.now();
      if (!this.images.has(key)) await this.faults.hold('imagePullMs', imagePullMs);
      this.images.add(key);
    });
    this.pulling.set(node, pull);
    await pull;
    const endMs = performance.now();
    return { pull: { pullMs: endMs - beganMs, withWaitingMs: endMs - askedMs } };
  }

  private roomiest(): string | null {
    const limit = this.faults.current.podsPerNode || Infinity;
    const podsOn = (node: string): number => this.pods.get(node) ?? 0;
    const free = this.store
      .list()
      .filter((node) => isReady(node) && podsOn(node.metadata.name) < limit)
      .map((node) => node.metadata.name);
    if (limit === Infinity) return firstNode;
    return free.sort((a, b) => podsOn(a) - podsOn(b))[0] ?? null;
  }

  private noRoom(): string {
    const nodes = this.store.list();
    const full = nodes.filter(isReady).length;
    const parts = [
      `${full} Too many pods`,
      ...(nodes.length > full
        ? [`${nodes.length - full} node(s) had untolerated taint {node.kubernetes.io/not-ready: }`]
        : []),
    ];
    return `0/${nodes.length} nodes are available: ${parts.join(', ')}. no new claims to deallocate, preemption: 0/${nodes.length} nodes are available: ${full} No preemption victims found for incoming pod.`;
  }

  /** The cluster's autoscaler: one scale-up at a time, of as many nodes as the waiting pods need. */
  private async grow(): Promise<void> {
    if (this.growing) return;
    this.growing = true;
    // All pods that were made together are looked at together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0 && this.faults.current.podsPerNode > 0) {
      const { podsPerNode, newNodeMs } = this.faults.current;
      const size = this.store.size;
      const target = Math.min(size + Math.ceil(this.waiting.length / podsPerNode), mostNodes);
      if (target === size) break;
      for (const pod of this.waiting) {
        const object = pod.object();
        if (!object) continue;
        this.events.record(object, {
          type: 'Normal',
          reason: 'TriggeredScaleUp',
          message: `pod triggered scale-up: [{lab-nodes ${size}->${target} (max: ${mostNodes})}]`,
          from: 'cluster-autoscaler',
        });
      }
      await this.faults.hold('podsPerNode', newNodeMs * registersAfter);
      if (this.faults.current.podsPerNode === 0) break;
      const names = Array.from({ length: target - size }, () => `${firstNode}-${++this.made}`);
      for (const name of names) this.register(name);
      await this.faults.hold('podsPerNode', newNodeMs * (1 - registersAfter));
      for (const name of names) this.becomeReady(name);
      this.retry();
    }
    this.growing = false;
    this.removeIdle();
  }

  private retry(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const pod of waiting) {
      if (this.roomiest() === null) this.waiting.push(pod);
      else this.schedule(pod);
    }
  }

  private removeIdle(): void {
    if (this.faults.current.podsPerNode > 0) return;
    for (const { metadata } of this.store.list())
      if (metadata.name !== firstNode && (this.pods.get(metadata.name) ?? 0) <= 0)
        this.store.remove('', metadata.name);
  }

  private register(name: string): void {
    const node = this.store.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        namespace: '',
        labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
      },
      spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] },
      status: {},
    });
    const registered = this.store.update({ ...node, status: this.statusOf(node, false) });
    this.events.record(registered, {
      type: 'Normal',
      reason: 'RegisteredNode',
      message: `Node ${name} event: Registered Node ${name} in Controller`,
      from: 'node-controller',
    });
  }

  private becomeReady(name: string): void {
    const node = this.store.get('', name);
    if (!node) return;
    const ready = this.store.update({ ...node, spec: {}, status: this.statusOf(node, true) });
    this.events.record(ready, {
      type: 'Normal',
      reason: 'NodeReady',
      message: `Node ${name} status is now: NodeReady`,
      from: 'kubelet',
      node: name,
    });
  }

  private statusOf(node: KubeObject, ready = isReady(node)): Record<string, unknown> {
    const before = conditionsOf(node);
    const pods = `${this.faults.current.podsPerNode || usualPodsPerNode}`;
    const room = { cpu: '2', memory: '4Gi', pods };
    return {
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: node.metadata.name },
      ],
      capacity: room,
      allocatable: room,
      conditions: withTimes(before, [
        {
          type: 'MemoryPressure',
          status: 'False',
          reason: 'KubeletHasSufficientMemory',
          message: 'kubelet has sufficient memory available',
        },
        ready
          ? {
              type: 'Ready',
              status: 'True',
              reason: 'KubeletReady',
              message: 'kubelet is posting ready status',
            }
          : {
              type: 'Ready',
              status: 'False',
              reason: 'KubeletNotReady',
              message:
                'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
            },
      ]).map((condition) => ({ ...condition, lastHeartbeatTime: kubeTime() })),
      nodeInfo: {
        kubeletVersion: 'v1.36.3',
        operatingSystem: 'linux',
        osImage: 'lab',
        architecture: 'amd64',
      },
    };
  }
}

function conditionsOf(node: KubeObject): Condition[] {
  return (node.status as { conditions?: Condition[] }).conditions ?? [];
}

function isReady(node: KubeObject): boolean {
  return conditionsOf(node).some(({ type, status }) => type === 'Ready' && status === 'True');
}

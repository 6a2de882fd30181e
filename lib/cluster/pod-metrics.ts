import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { message, type Message } from '@/lib/model/message';
import { requestOf, usageOf, windowMsOf } from '@/lib/model/pod-resources';
import { readPath } from './bounded-api';
import { type ClockOffset } from './clock-offset';
import { type Pod, toUnixMs } from './pod-phase';
import { pathOf } from './resource';
import { type OptionalResource, whyUnread } from './unread';

/** What pods use, by metrics-server or whatever else serves `metrics.k8s.io`: it can be listed, not watched. */
export const podMetrics: OptionalResource = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  plural: 'pods',
  namespaced: true,
  isWatched: false,
  without: message('unread.without-pod-metrics'),
};

/** metrics-server samples each 15 s and states about that as its window: a third of it is soon enough. */
const mostReadEveryMs = 5000;
const leastReadEveryMs = 500;
const answerMs = 5000;

const listSchema = z.looseObject({
  items: z
    .array(
      z.looseObject({
        metadata: z.looseObject({ name: z.string() }),
        timestamp: z.string(),
        window: z.string(),
        containers: z
          .array(z.looseObject({ usage: z.record(z.string(), z.union([z.string(), z.number()])) }))
          .nullish(),
      }),
    )
    .nullish(),
});
type PodMetrics = NonNullable<z.infer<typeof listSchema>['items']>[number];

/** What a pod was seen to use, in Unix ms of the server's clock. */
export interface WatchedUsage {
  pod: string;
  revision: string | null;
  sampledAtUnixMs: number;
  windowMs: number;
  cpuMilli: number | null;
  memoryBytes: number | null;
  cpuRequestMilli: number | null;
  memoryRequestBytes: number | null;
  noCpuRequest: string | null;
  startedAtUnixMs: number | null;
}

/** Whether a service is scaled by its pods' CPU or memory: an `hpa` on another metric is not, one that names no target is. */
export function isScaledOnUsage(annotations: Readonly<Record<string, string>>): boolean {
  const of = (name: string): string | undefined => annotations[`autoscaling.knative.dev/${name}`];
  if (!of('class')?.startsWith('hpa.')) return false;
  return ['cpu', 'memory'].includes(of('metric') ?? 'cpu') || of('target') === undefined;
}

/**
 * Reads what a service's pods use, three times in each window, and tells of pods whose sample is new. `listed` resolves
 * with why it cannot be read; null: it can.
 */
export function followPodMetrics(options: {
  config: KubeConfig;
  namespace: string;
  labelSelector: string;
  clock: ClockOffset;
  /** The pods as they are known by now, by name. */
  pods: ReadonlyMap<string, Pod>;
  onUsage: (pods: WatchedUsage[], atUnixMs: number) => void;
  /** It cannot be read any more, from then on until `onBack`. */
  onLost: (why: Message, atUnixMs: number) => void;
  onBack: (atUnixMs: number) => void;
}): { listed: Promise<Message | null>; stop: () => void } {
  const { config, namespace, labelSelector, clock, pods } = options;
  const stopped = new AbortController();
  const told = new Map<string, string>();
  let readEveryMs = mostReadEveryMs;
  let lost = false;
  let timer: NodeJS.Timeout | undefined;

  const read = async (): Promise<Message | null> => {
    const path = pathOf(podMetrics, namespace);
    const asked = { ms: answerMs, signal: stopped.signal };
    try {
      const answer = await readPath(config, path, { labelSelector }, asked);
      if (answer.status !== 200) return whyUnread(podMetrics, { verb: 'list', namespace }, answer);
      const items = listSchema.parse(answer.body).items ?? [];
      const usages = items.flatMap((item) => {
        const pod = pods.get(item.metadata.name);
        if (!pod || told.get(item.metadata.name) === item.timestamp) return [];
        told.set(item.metadata.name, item.timestamp);
        return [readUsage(item, pod, clock.offsetMs)];
      });
      const windows = usages.map(({ windowMs }) => windowMs).filter((ms) => ms > 0);
      if (windows.length > 0)
        readEveryMs = Math.min(mostReadEveryMs, Math.max(leastReadEveryMs, Math.min(...windows) / 3));
      if (usages.length > 0 && !stopped.signal.aborted) options.onUsage(usages, steadyNow());
      return null;
    } catch (error) {
      return whyUnread(podMetrics, { verb: 'list', namespace }, { error });
    }
  };
  const again = (): void => {
    timer = setTimeout(() => {
      const askedMs = steadyNow();
      void read().then((why) => {
        if (stopped.signal.aborted) return;
        if (why && !lost) options.onLost(why, askedMs);
        if (!why && lost) options.onBack(steadyNow());
        lost = why !== null;
        again();
      });
    }, readEveryMs);
  };
  const begin = async (): Promise<Message | null> => {
    const why = await read();
    // What is told as unread from the beginning is no gap, though it may come yet.
    lost = why !== null;
    if (!stopped.signal.aborted) again();
    return why;
  };
  return {
    listed: begin(),
    stop() {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}

function readUsage(
  { metadata, timestamp, window, containers }: PodMetrics,
  pod: Pod,
  offsetMs: number,
): WatchedUsage {
  const bytes = (milli: number | null): number | null => (milli === null ? null : milli / 1000);
  const cpu = requestOf(pod.spec, 'cpu');
  const startedAt = toUnixMs(pod.status?.startTime);
  return {
    pod: metadata.name,
    revision: pod.metadata.labels?.['serving.knative.dev/revision'] ?? null,
    sampledAtUnixMs: (toUnixMs(timestamp) ?? 0) - offsetMs,
    windowMs: windowMsOf(window),
    cpuMilli: usageOf(containers ?? [], 'cpu'),
    memoryBytes: bytes(usageOf(containers ?? [], 'memory')),
    cpuRequestMilli: cpu.milli,
    memoryRequestBytes: bytes(requestOf(pod.spec, 'memory').milli),
    noCpuRequest: cpu.missingIn,
    startedAtUnixMs: startedAt === null ? null : startedAt - offsetMs,
  };
}

import { type KubeConfig, Watch } from '@kubernetes/client-node';
import { z } from 'zod';
import { type PodEvent } from '@/lib/timeline/recording';
import { coreApi, toClusterError } from './client';
import { podPhase, podSchema, type Pod } from './pod-phase';

/** A pod event with Unix times; the recorder puts it on a run's clock. */
export type WatchedPodEvent = Omit<PodEvent, 'id' | 'atMs' | 'serverAtMs'> & { atUnixMs: number; serverAtUnixMs: number | null };

export interface PodWatch {
  /** Resolves after the first list. Rejects with a ClusterError if that fails. */
  listed: Promise<void>;
  stop(): void;
}

export interface PodWatchOptions {
  config: KubeConfig;
  namespace: string;
  labelSelector: string;
  onEvent: (event: WatchedPodEvent) => void;
  /** The watch is interrupted: what happens until `onGapEnd` may be missed. */
  onGapStart: (atUnixMs: number, reason: string) => void;
  onGapEnd: (atUnixMs: number) => void;
}

const firstBackOffMs = 250;
const longestBackOffMs = 10_000;
/** Bookmarks come at least each minute; a watch that is silent for longer is dead. */
const silenceMs = 90_000;

/**
 * Lists the pods, then watches from the list's version. A lost watch is taken up where it broke; where the server no
 * longer knows that version (410), pods are listed again and what changed meanwhile is told as `LIST` events.
 */
export function watchPods(options: PodWatchOptions): PodWatch {
  const { config, namespace, labelSelector } = options;
  const server = config.getCurrentCluster()?.server ?? 'unknown';
  const core = coreApi(config);
  const known = new Map<string, { version: string; name: string; revision: string | null }>();
  const stopped = new AbortController();
  let gapReason: string | null = null;

  const tell = (type: PodEvent['type'], pod: Pod): void => {
    const { phase, reason, serverAtUnixMs } = podPhase(pod);
    const revision = pod.metadata.labels?.['serving.knative.dev/revision'] ?? null;
    const gone = type === 'DELETED';
    if (gone) known.delete(pod.metadata.uid);
    else known.set(pod.metadata.uid, { version: pod.metadata.resourceVersion, name: pod.metadata.name, revision });
    options.onEvent({ type, uid: pod.metadata.uid, name: pod.metadata.name, revision, phase: gone ? 'gone' : phase, reason, resourceVersion: pod.metadata.resourceVersion, atUnixMs: Date.now(), serverAtUnixMs });
  };

  const list = async (): Promise<string> => {
    const answer = await core.listNamespacedPod({ namespace, labelSelector });
    const pods = answer.items.map((item) => podSchema.parse(item));
    const present = new Set(pods.map((pod) => pod.metadata.uid));
    for (const [uid, { name, revision, version }] of [...known]) {
      if (present.has(uid)) continue;
      known.delete(uid);
      options.onEvent({ type: 'LIST', uid, name, revision, phase: 'gone', reason: null, resourceVersion: version, atUnixMs: Date.now(), serverAtUnixMs: null });
    }
    for (const pod of pods) if (known.get(pod.metadata.uid)?.version !== pod.metadata.resourceVersion) tell('LIST', pod);
    return answer.metadata?.resourceVersion ?? '';
  };

  const gapStarts = (reason: string): void => {
    if (gapReason !== null || stopped.signal.aborted) return;
    gapReason = reason;
    options.onGapStart(Date.now(), reason);
  };
  const gapEnds = (): void => {
    if (gapReason === null) return;
    gapReason = null;
    options.onGapEnd(Date.now());
  };

  const follow = async (): Promise<void> => {
    let version: string | null = null;
    let backOffMs = firstBackOffMs;
    let first = true;
    while (!stopped.signal.aborted) {
      try {
        if (version === null) version = await list();
        if (first) resolveListed();
        first = false;
        gapEnds();
        backOffMs = firstBackOffMs;
        version = await watchOnce(config, namespace, labelSelector, version, stopped.signal, tell);
      } catch (error) {
        if (stopped.signal.aborted) return;
        if (first) {
          rejectListed(toClusterError(error, server));
          first = false;
        }
        const expired = error instanceof WatchExpired;
        if (expired) version = null;
        if (!expired || gapReason === null) gapStarts(error instanceof Error ? error.message : String(error));
        if (expired) continue;
        await new Promise((resolve) => setTimeout(resolve, backOffMs * (0.75 + Math.random() / 2)));
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      }
    }
  };
  let resolveListed: () => void = () => {};
  let rejectListed: (error: unknown) => void = () => {};
  const listed = new Promise<void>((resolve, reject) => ([resolveListed, rejectListed] = [resolve, reject]));
  listed.catch(() => {});
  void follow();
  return { listed, stop: () => stopped.abort() };
}

class WatchExpired extends Error {}
class WatchLost extends Error {}

const errorStatusSchema = z.looseObject({ code: z.number().optional(), message: z.string().optional() });

/** One watch until it ends by itself: resolves with the last version seen; rejects when it is lost or expired. */
function watchOnce(config: KubeConfig, namespace: string, labelSelector: string, from: string, signal: AbortSignal, tell: (type: PodEvent['type'], pod: Pod) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let version = from;
    let controller: AbortController | null = null;
    let failure: Error | null = null;
    let lastSeenMs = Date.now();
    const abort = (): void => controller?.abort();
    const dead = setInterval(() => {
      if (Date.now() - lastSeenMs < silenceMs) return;
      failure = new WatchLost(`the watch said nothing for ${silenceMs / 1000} s`);
      abort();
    }, 5000);
    signal.addEventListener('abort', abort, { once: true });
    const startedAtMs = Date.now();
    new Watch(config)
      .watch(
        `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
        { labelSelector, resourceVersion: from, allowWatchBookmarks: true },
        (type: string, object: unknown) => {
          lastSeenMs = Date.now();
          if (type === 'ERROR') {
            const status = errorStatusSchema.safeParse(object);
            const words = status.data?.message ?? 'the watch ended with an error';
            failure = status.data?.code === 410 ? new WatchExpired(words) : new WatchLost(words);
            abort();
            return;
          }
          if (type === 'BOOKMARK') {
            version = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) }).parse(object).metadata.resourceVersion;
            return;
          }
          const pod = podSchema.parse(object);
          version = pod.metadata.resourceVersion;
          if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') tell(type, pod);
        },
        (error: unknown) => {
          clearInterval(dead);
          signal.removeEventListener('abort', abort);
          const words = error instanceof Error ? error.message : '';
          const expired = /\b410\b|gone|expired/i.test(words);
          if (failure ?? error) reject(failure ?? (expired ? new WatchExpired(words) : new WatchLost(`the watch broke: ${words || 'connection lost'}`)));
          else if (Date.now() - startedAtMs < 200) reject(new WatchLost('the watch was closed at once'));
          else resolve(version);
        },
      )
      .then((made) => {
        controller = made;
        if (signal.aborted) made.abort();
      })
      .catch(reject);
  });
}

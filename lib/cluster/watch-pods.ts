import { setTimeout } from 'node:timers/promises';
import { type KubeConfig } from '@kubernetes/client-node';
import { type PodEvent } from '@/lib/model/recording';
import { coreApi, toClusterError } from './client';
import { podPhase, podSchema, type Pod } from './pod-phase';
import { WatchExpired, watchOnce } from './watch-once';

/** A pod event with Unix times; the recorder puts it on a run's clock. */
export type WatchedPodEvent = Omit<PodEvent, 'id' | 'atMs' | 'serverAtMs'> & {
  atUnixMs: number;
  serverAtUnixMs: number | null;
};

export interface PodWatch {
  /** Resolves after the first list. Rejects with a ClusterError if that fails; the watch goes on trying. */
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
  /** The server has taken the watch up again. */
  onGapEnd: (atUnixMs: number) => void;
  /** A watch silent for longer is dead. Default 90 s: API servers send a bookmark about each minute. */
  silenceMs?: number;
}

const firstBackOffMs = 250;
const longestBackOffMs = 10_000;
const usualSilenceMs = 90_000;

/**
 * Lists the pods, then watches from the list's version. A lost watch is taken up where it broke; where the server no
 * longer knows that version (410), pods are listed again and what changed meanwhile is told as `LIST` events.
 */
export function watchPods(options: PodWatchOptions): PodWatch {
  const { config, namespace, labelSelector } = options;
  const server = config.getCurrentCluster()?.server ?? 'unknown';
  const core = coreApi(config);
  const known = new Map<string, { resourceVersion: string; name: string; revision: string | null }>();
  const stopped = new AbortController();
  let inGap = false;

  const tell = (type: PodEvent['type'], pod: Pod): void => {
    if (stopped.signal.aborted) return;
    const { uid, name, resourceVersion, labels } = pod.metadata;
    const { phase, reason, serverAtUnixMs } = podPhase(pod);
    const revision = labels?.['serving.knative.dev/revision'] ?? null;
    const gone = type === 'DELETED';
    if (gone) known.delete(uid);
    else known.set(uid, { resourceVersion, name, revision });
    options.onEvent({
      type,
      uid,
      name,
      revision,
      phase: gone ? 'gone' : phase,
      reason,
      resourceVersion,
      atUnixMs: Date.now(),
      serverAtUnixMs,
    });
  };

  const list = async (): Promise<string> => {
    const answer = await core.listNamespacedPod({ namespace, labelSelector });
    const pods = answer.items.map((item) => podSchema.parse(item));
    const present = new Set(pods.map((pod) => pod.metadata.uid));
    for (const [uid, last] of [...known]) {
      if (present.has(uid) || stopped.signal.aborted) continue;
      known.delete(uid);
      options.onEvent({
        type: 'LIST',
        uid,
        ...last,
        phase: 'gone',
        reason: null,
        atUnixMs: Date.now(),
        serverAtUnixMs: null,
      });
    }
    for (const pod of pods)
      if (known.get(pod.metadata.uid)?.resourceVersion !== pod.metadata.resourceVersion) tell('LIST', pod);
    return answer.metadata?.resourceVersion ?? '';
  };

  const gapStarts = (reason: string): void => {
    if (inGap) return;
    inGap = true;
    options.onGapStart(Date.now(), reason);
  };

  const follow = async (): Promise<void> => {
    let version: string | null = null;
    let backOffMs = firstBackOffMs;
    while (!stopped.signal.aborted) {
      try {
        if (version === null) version = await list();
        resolveListed();
        await watchOnce(version, {
          config,
          namespace,
          labelSelector,
          signal: stopped.signal,
          silenceMs: options.silenceMs ?? usualSilenceMs,
          onConnected: () => {
            if (!inGap || stopped.signal.aborted) return;
            inGap = false;
            options.onGapEnd(Date.now());
          },
          onPod: (type, pod) => {
            // Only a watch that tells something has recovered: one that is closed at once must wait ever longer.
            backOffMs = firstBackOffMs;
            tell(type, pod);
          },
          onVersion: (next) => {
            backOffMs = firstBackOffMs;
            version = next;
          },
        });
      } catch (error) {
        if (stopped.signal.aborted) return;
        rejectListed(toClusterError(error, server));
        gapStarts(error instanceof Error ? error.message : String(error));
        if (error instanceof WatchExpired) version = null;
        await pause(backOffMs * (0.75 + Math.random() / 2), stopped.signal);
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      }
    }
  };
  let resolveListed: () => void = () => {};
  let rejectListed: (error: unknown) => void = () => {};
  const listed = new Promise<void>((resolve, reject) => ([resolveListed, rejectListed] = [resolve, reject]));
  // Whoever does not await the first list hears of its failure as a gap.
  listed.catch(() => {});
  void follow();
  return { listed, stop: () => stopped.abort() };
}

/** Resolves after this time, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => undefined);
}

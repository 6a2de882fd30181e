import { setTimeout } from 'node:timers/promises';
import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { type PodStep } from '@/lib/model/cluster-report';
import { message, type Message } from '@/lib/model/message';
import { isLate, type PodEvent, type PodPhase } from '@/lib/model/recording';
import { readPath, watchRefusal } from './bounded-api';
import { toClusterError } from './client';
import { ClockOffset } from './clock-offset';
import { enteredAt, podPhase, podSchema, type Pod } from './pod-phase';
import { podSteps } from './pod-steps';
import { noteDate, probe, probeEveryMs, ProofOfLife, usualUnprovenMs } from './proof-of-life';
import { type ClusterResource, pathOf } from './resource';
import {
  firstWordMs,
  refusal,
  WatchExpired,
  WatchLost,
  watchOnce,
  WatchSilent,
  WatchUnproven,
} from './watch-once';

/** A pod event with Unix times, both on our clock; the recorder puts it on a run's clock. */
export type WatchedPodEvent = Omit<PodEvent, 'id' | 'atMs' | 'serverAtMs'> & {
  atUnixMs: number;
  serverAtUnixMs: number | null;
};

/** A pod's step with Unix times, both on our clock. */
export type WatchedStep = Omit<PodStep, 'id' | 'atMs' | 'serverAtMs'> & {
  atUnixMs: number;
  serverAtUnixMs: number | null;
};

export interface PodWatch {
  /** Resolves after the first list. Rejects with a ClusterError if that fails; the watch goes on trying. */
  listed: Promise<void>;
  stop: () => void;
}

export interface PodWatchOptions {
  config: KubeConfig;
  namespace: string;
  labelSelector: string;
  onEvent: (event: WatchedPodEvent) => void;
  /** A pod as it is now; null: it is gone. */
  onPod?: (name: string, pod: Pod | null) => void;
  /** A step of a pod's life that its phases do not tell; not of what was before the watch. */
  onStep?: (step: WatchedStep) => void;
  /** What was last told of pods before, up to this time (Unix ms): what changed since is told as after a gap. */
  before?: {
    pods: readonly Pick<PodEvent, 'uid' | 'name' | 'revision' | 'phase' | 'resourceVersion'>[];
    untilUnixMs: number;
  };
  /** Learns the server's clock. */
  clock?: ClockOffset;
  /** From the last proof of life on, what happens may be missed until `onGapEnd`. */
  onGapStart: (atUnixMs: number, reason: Message) => void;
  /** The first event, bookmark or list after it. */
  onGapEnd: (atUnixMs: number) => void;
  /** A watch silent for longer is taken up anew. Default 90 s: API servers send a bookmark about each minute. */
  silenceMs?: number;
  /** Without a proof of life (an event, a bookmark, a list, an answered probe) for longer there is a gap. Default 5 s. */
  unprovenMs?: number;
}

/** Pods. */
const pods: ClusterResource = { group: '', version: 'v1', plural: 'pods', namespaced: true };
const listSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().nullish() }).nullish(),
  items: z.array(podSchema).nullish(),
});

/** Whoever waits for the first list waits no longer; a list of many thousand pods is given more time afterwards. */
const firstListMs = 5000;
const laterListMs = 30_000;
const firstBackOffMs = 250;
const longestBackOffMs = 10_000;
const usualSilenceMs = 90_000;
const passed: readonly PodPhase[] = ['pending', 'starting', 'ready'];

/**
 * Lists the pods, then watches from the list's version. A lost watch is taken up where it broke; where the server no
 * longer knows that version (410), pods are listed again and what changed meanwhile is told as `LIST` events.
 */
export function watchPods(options: PodWatchOptions): PodWatch {
  const { config, namespace, labelSelector } = options;
  const query = { labelSelector };
  const server = config.getCurrentCluster()?.server ?? 'unknown';
  // Of what was stored no more than this: an event that is told carries no id, and no time, of an earlier one.
  const known = new Map<
    string,
    { resourceVersion: string; name: string; revision: string | null; phase: PodPhase }
  >(
    options.before?.pods.map(({ uid, resourceVersion, name, revision, phase }) => [
      uid,
      { resourceVersion, name, revision, phase },
    ]),
  );
  const toldUntilMs = options.before?.untilUnixMs ?? null;
  const stopped = new AbortController();
  const clock = options.clock ?? new ClockOffset();
  const steps = new Map<string, Set<string>>();
  const lastWord = new Map<string, string>();
  let inGap = false;
  /** When the pods were listed since the gap began: with the watch that goes on from there nothing is missed. */
  let listedMs: number | null = null;
  /** When the pods were listed last; what happened before was told by that. */
  let lastListMs: number | null = toldUntilMs;
  let listMs = firstListMs;
  let lastGap = { fromMs: Infinity, toMs: -Infinity };
  let restart = new AbortController();

  const toOurClock = (serverMs: number | null): number | null =>
    serverMs === null ? null : serverMs - clock.offsetMs;

  const tell = (type: PodEvent['type'], pod: Pod, atUnixMs = steadyNow()): void => {
    if (stopped.signal.aborted) return;
    const { uid, name, resourceVersion, labels } = pod.metadata;
    const now = podPhase(pod);
    const revision = labels?.['serving.knative.dev/revision'] ?? null;
    const before = known.get(uid)?.phase;
    const gone = type === 'DELETED';
    options.onPod?.(name, gone ? null : pod);
    const phase = gone ? 'gone' : now.phase;
    if (gone) known.delete(uid);
    else known.set(uid, { resourceVersion, name, revision, phase });
    const event = { type, uid, name, revision, resourceVersion, atUnixMs };
    // What a pod went through unseen is told too, with its times; not of pods that were there before the watch.
    for (const unseen of lastListMs !== null && !gone ? unseenPhases(before, phase) : []) {
      const serverAtUnixMs = toOurClock(enteredAt(pod, unseen));
      if (serverAtUnixMs === null) continue;
      noteLateness(type, unseen, atUnixMs, serverAtUnixMs);
      options.onEvent({ ...event, phase: unseen, reason: null, serverAtUnixMs });
    }
    const serverAtUnixMs = gone ? null : toOurClock(now.serverAtUnixMs);
    if (phase !== before) noteLateness(type, phase, atUnixMs, serverAtUnixMs);
    options.onEvent({ ...event, phase, reason: now.reason, serverAtUnixMs });
    if (gone) [steps, lastWord].forEach((map) => map.delete(uid));
    else tellSteps(pod, atUnixMs);
  };

  const tellSteps = (pod: Pod, atUnixMs: number): void => {
    const told = steps.get(pod.metadata.uid) ?? new Set();
    steps.set(pod.metadata.uid, told);
    for (const { key, serverAtUnixMs, ...step } of podSteps(pod)) {
      // The word that kubectl shows may come back.
      const known = step.step === 'status' ? lastWord.get(pod.metadata.uid) === key : told.has(key);
      if (known) continue;
      const atOurs = toOurClock(serverAtUnixMs);
      const isOld = toldUntilMs !== null && atOurs !== null && atOurs < toldUntilMs - 1000;
      if (step.step === 'status') lastWord.set(pod.metadata.uid, key);
      else told.add(key);
      if (!isOld && (lastListMs !== null || step.step === 'status'))
        options.onStep?.({ kind: 'pod', ...step, atUnixMs, serverAtUnixMs: atOurs });
    }
  };

  const list = async (): Promise<string> => {
    const askedMs = steadyNow();
    const ms = listMs;
    listMs = laterListMs;
    const answer = await readPath(config, pathOf(pods, namespace), query, { ms, signal: stopped.signal });
    noteDate(clock, answer.headers, askedMs);
    if (answer.status !== 200) throw toClusterError({ code: answer.status, body: answer.body }, server);
    const listed = listSchema.parse(answer.body);
    // All that one list tells was so at one moment.
    const atUnixMs = steadyNow();
    const present = new Set((listed.items ?? []).map((pod) => pod.metadata.uid));
    for (const [uid, { phase: _phase, ...last }] of [...known]) {
      if (present.has(uid) || stopped.signal.aborted) continue;
      known.delete(uid);
      options.onPod?.(last.name, null);
      options.onEvent({
        type: 'LIST',
        uid,
        ...last,
        phase: 'gone',
        reason: null,
        atUnixMs,
        serverAtUnixMs: null,
      });
    }
    for (const pod of listed.items ?? [])
      if (known.get(pod.metadata.uid)?.resourceVersion !== pod.metadata.resourceVersion)
        tell('LIST', pod, atUnixMs);
    lastListMs = listedMs = atUnixMs;
    life.prove(atUnixMs);
    return listed.metadata?.resourceVersion ?? '';
  };

  const gapStarts = (reason: Message): void => {
    if (inGap) return;
    inGap = true;
    listedMs = null;
    lastGap = { fromMs: life.provenMs, toMs: Infinity };
    options.onGapStart(life.provenMs, reason);
  };
  const gapEnds = (atUnixMs: number): void => {
    if (!inGap || stopped.signal.aborted) return;
    inGap = false;
    lastGap.toMs = atUnixMs;
    options.onGapEnd(atUnixMs);
  };

  /** The API server itself states when a pod was made or told to end: told late, the watch was held back. */
  const noteLateness = (
    type: PodEvent['type'],
    phase: PodPhase,
    atUnixMs: number,
    serverAtUnixMs: number | null,
  ): void => {
    if (type === 'LIST' || serverAtUnixMs === null || (phase !== 'pending' && phase !== 'terminating'))
      return;
    if (serverAtUnixMs < (lastListMs ?? Infinity) || !isLate({ atMs: atUnixMs, serverAtMs: serverAtUnixMs }))
      return;
    // What is told in one burst was held back together; what a gap held back is told of by that.
    if (serverAtUnixMs >= lastGap.fromMs - 1000 && serverAtUnixMs <= lastGap.toMs) return;
    lastGap = { fromMs: serverAtUnixMs, toMs: atUnixMs };
    const lateS = Math.round((atUnixMs - serverAtUnixMs) / 1000);
    options.onGapStart(serverAtUnixMs, message('gaps.told-late', { seconds: lateS }));
    options.onGapEnd(atUnixMs);
  };
  const unprovenMs = options.unprovenMs ?? usualUnprovenMs;
  const life = new ProofOfLife({
    ask: () => probe(config, clock),
    everyMs: probeEveryMs,
    unprovenMs,
    onSilence: () => gapStarts(message('gaps.server-silent', { seconds: unprovenMs / 1000 })),
    // Whether the watch itself lives is found out by taking it up anew.
    onBack: () => restart.abort(),
  });

  const follow = async (): Promise<void> => {
    let version: string | null = null;
    let backOffMs = firstBackOffMs;
    let expired = 0;
    const recovered = (): void => {
      // Only a watch that tells something has recovered: one that is closed at once must wait ever longer.
      backOffMs = firstBackOffMs;
      expired = 0;
      life.prove();
      gapEnds(steadyNow());
    };
    while (!stopped.signal.aborted) {
      try {
        if (version === null) version = await list();
        resolveListed();
        restart = new AbortController();
        await watchOnce(version, {
          config,
          resource: pods,
          namespace,
          query,
          signal: AbortSignal.any([stopped.signal, restart.signal]),
          silenceMs: options.silenceMs ?? usualSilenceMs,
          firstWordMs: inGap && listedMs === null ? firstWordMs : null,
          onConnected: () => {
            life.start();
            if (listedMs !== null) gapEnds(listedMs);
          },
          onWord: recovered,
          onObject: (type, object) => tell(type, podSchema.parse(object)),
          onVersion: (next) => (version = next),
        });
      } catch (error) {
        if (stopped.signal.aborted) return;
        if (error instanceof WatchUnproven) {
          version = null;
          continue;
        }
        // The server lives, and from where the watch was nothing is missed: what it held back is told late, and as that.
        if (error instanceof WatchSilent && !inGap && steadyNow() - life.provenMs < unprovenMs) continue;
        const failure =
          error instanceof WatchExpired || error instanceof WatchLost ? error : toClusterError(error, server);
        rejectListed(failure);
        gapStarts(failure.said);
        if (error instanceof WatchExpired) version = null;
        if (error instanceof WatchExpired && expired++ === 0) continue;
        await pause(backOffMs * (0.75 + Math.random() / 2), stopped.signal);
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      } finally {
        life.stop();
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

/**
 * How many pods a selector finds that are not told to end, where they may be watched too. Throws ClusterError, also when
 * nothing answers within `ms`.
 */
export async function countPods(
  config: KubeConfig,
  namespace: string,
  labelSelector: string,
  ms: number,
): Promise<number> {
  const path = pathOf(pods, namespace);
  const server = config.getCurrentCluster()?.server ?? 'unknown';
  try {
    const { status: code, body } = await readPath(config, path, { labelSelector }, { ms });
    if (code !== 200) throw toClusterError({ code, body }, server);
    const refused = await watchRefusal(config, path, ms);
    if (refused) throw refusal(refused, pods, namespace);
    const found = listSchema.parse(body).items ?? [];
    return found.filter((pod) => podPhase(pod).phase !== 'terminating').length;
  } catch (error) {
    throw error instanceof WatchLost ? error : toClusterError(error, server);
  }
}

/** Resolves after this time, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => undefined);
}

/** The phases that a pod has gone through on its way from one to another that is not ending. */
function unseenPhases(before: PodPhase | undefined, phase: PodPhase): readonly PodPhase[] {
  const to = passed.indexOf(phase);
  const from = before === undefined ? 0 : passed.indexOf(before) + 1;
  if (to < 0) return before === undefined ? ['pending'] : [];
  return from === 0 && before !== undefined ? [] : passed.slice(from, to);
}

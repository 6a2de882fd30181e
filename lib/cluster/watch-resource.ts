import { setTimeout } from 'node:timers/promises';
import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { type Message } from '@/lib/model/message';
import { type Answer, readPath } from './bounded-api';
import { pathOf } from './resource';
import { type OptionalResource, whyUnread } from './unread';
import { WatchExpired, watchOnce, WatchSilent, type WatchType } from './watch-once';

export interface ResourceWatch {
  /** Resolves after the first list or its failure, within 5 s: with why the resource is not read, if it may not be. */
  listed: Promise<Message | null>;
  stop: () => void;
}

export interface ResourceWatchOptions<T> {
  config: KubeConfig;
  resource: OptionalResource;
  namespace: string;
  /** Which of them: labelSelector, fieldSelector. */
  query: Record<string, string>;
  schema: z.ZodType<T>;
  /** Only what comes from now on: nothing that is there already is read. */
  fromNow?: boolean;
  /** A watch that was silent for longer is taken up anew. Default 90 s. */
  silenceMs?: number;
  /** `LIST`: a list told it; of a watch that lost its place what is listed may be known. */
  onObject: (type: WatchType | 'LIST', object: T, atUnixMs: number) => void;
  /** It cannot be read any more, from now on until `onBack`. */
  onLost: (why: Message, atUnixMs: number) => void;
  onBack: (atUnixMs: number) => void;
}

const firstListMs = 5000;
const laterListMs = 30_000;
/** API servers send a bookmark about each minute, but promise none. */
const usualSilenceMs = 90_000;
const firstBackOffMs = 500;
const longestBackOffMs = 30_000;
const listSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().nullish() }).nullish(),
  items: z.array(z.unknown()).nullish(),
});

/**
 * Lists what a run can do without, then watches it. What may not be read (401, 403) or is not installed (404) is told
 * and left alone; what fails otherwise is tried again, ever less often.
 */
export function watchResource<T>(options: ResourceWatchOptions<T>): ResourceWatch {
  const { config, resource, namespace, query, schema } = options;
  const stopped = new AbortController();
  let tellListed: (why: Message | null) => void = () => {};
  const listed = new Promise<Message | null>((resolve) => (tellListed = resolve));
  const startedMs = steadyNow();
  let isFirst = true;
  let lost = false;

  const take = (type: WatchType | 'LIST', object: unknown, atUnixMs: number): void => {
    if (!stopped.signal.aborted) options.onObject(type, schema.parse(object), atUnixMs);
  };
  const list = async (): Promise<string> => {
    const asked = options.fromNow ? { ...query, limit: '1' } : query;
    const ms = isFirst ? firstListMs : laterListMs;
    const answer = await readPath(config, pathOf(resource, namespace), asked, { ms, signal: stopped.signal });
    if (answer.status !== 200) throw new Refused(answer);
    const atUnixMs = steadyNow();
    const { items, metadata } = listSchema.parse(answer.body);
    for (const item of options.fromNow ? [] : (items ?? [])) take('LIST', item, atUnixMs);
    return metadata?.resourceVersion ?? '';
  };
  const fails = (why: Message): void => {
    tellListed(null);
    if (lost || stopped.signal.aborted) return;
    lost = true;
    options.onLost(why, isFirst ? startedMs : steadyNow());
  };
  const works = (): void => {
    tellListed(null);
    isFirst = false;
    if (!lost || stopped.signal.aborted) return;
    lost = false;
    options.onBack(steadyNow());
  };

  const follow = async (): Promise<void> => {
    let version: string | null = null;
    let backOffMs = firstBackOffMs;
    let expired = 0;
    while (!stopped.signal.aborted) {
      try {
        if (version === null) {
          version = await list();
          works();
        }
        await watchOnce(version, {
          config,
          resource,
          namespace,
          query,
          signal: stopped.signal,
          silenceMs: options.silenceMs ?? usualSilenceMs,
          firstWordMs: null,
          onConnected: works,
          onWord: () => {
            backOffMs = firstBackOffMs;
            expired = 0;
          },
          onObject: (type, object) => take(type, object, steadyNow()),
          onVersion: (next) => (version = next),
        });
      } catch (error) {
        if (stopped.signal.aborted) return;
        // Taken up from where it was, nothing is missed: of what never changes there may be nothing to say.
        if (error instanceof WatchSilent) continue;
        if (error instanceof WatchExpired) {
          version = null;
          if (expired++ === 0) continue;
        }
        const found = error instanceof Refused ? error.answer : { error };
        const why = whyUnread(resource, { verb: 'list', namespace }, found);
        if (error instanceof Refused && isFirst && [401, 403, 404].includes(error.answer.status))
          return tellListed(why);
        fails(why);
        await pause(backOffMs * (0.75 + Math.random() / 2), stopped.signal);
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      }
    }
  };
  void follow();
  return { listed, stop: () => stopped.abort() };
}

class Refused extends Error {
  constructor(readonly answer: Answer) {
    super(`answered ${answer.status}`);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => undefined);
}

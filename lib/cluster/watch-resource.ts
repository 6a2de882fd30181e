import { setTimeout } from 'node:timers/promises';
import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { message, type Message } from '@/lib/model/message';
import { type Answer, readPath } from './bounded-api';
import { type ServerLife } from './proof-of-life';
import { pathOf, resourceName } from './resource';
import { type OptionalResource, whyUnread } from './unread';
import {
  firstWordMs,
  WatchExpired,
  watchOnce,
  WatchRefused,
  WatchSilent,
  WatchUnproven,
  type WatchType,
} from './watch-once';

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
  /**
   * Only what comes from now on: nothing that is there already is read. Where the watch lost its place, what was made or
   * changed meanwhile is told as `LIST`.
   */
  fromNow?: boolean;
  /** Proves that the server lives while nothing is said; without it silence is none of this watch's business. */
  life?: ServerLife;
  /** A watch that was silent for longer is taken up anew. Default 90 s. */
  silenceMs?: number;
  /** `LIST`: a list told it; of a watch that lost its place what is listed may be known. */
  onObject: (type: WatchType | 'LIST', object: T, atUnixMs: number) => void;
  /** It cannot be read any more, from the last proof of life on until `onBack`. */
  onLost: (why: Message, atUnixMs: number) => void;
  /** The first event, bookmark or list after it. */
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
const metaSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), resourceVersion: z.string().nullish() }),
});

/**
 * Lists what a run can do without, then watches it. What may not be read (401, 403) or is not installed (404) is told
 * and left alone; what fails otherwise is tried again, ever less often.
 */
export function watchResource<T>(options: ResourceWatchOptions<T>): ResourceWatch {
  const { config, resource, namespace, query, schema, life } = options;
  const stopped = new AbortController();
  let tellListed: (why: Message | null) => void = () => {};
  const listed = new Promise<Message | null>((resolve) => (tellListed = resolve));
  const startedMs = steadyNow();
  let isFirst = true;
  let lost = false;
  /** It was listed since it was lost: with the watch that goes on from there nothing is missed. */
  let isListed = false;
  let restart = new AbortController();
  /** The last version that was told of; what is listed anew of what only counts from now on is newer. */
  let toldVersion: string | null = null;
  /** What is there, by name: a list tells what is gone by leaving it out. */
  const present = new Map<string, unknown>();

  const take = (type: WatchType | 'LIST', object: unknown, atUnixMs: number): void => {
    if (stopped.signal.aborted) return;
    const { name } = metaSchema.parse(object).metadata;
    if (type === 'DELETED') present.delete(name);
    else if (!options.fromNow) present.set(name, object);
    options.onObject(type, schema.parse(object), atUnixMs);
  };
  const isNews = (item: unknown): boolean => {
    if (!options.fromNow) return true;
    const version = metaSchema.safeParse(item).data?.metadata.resourceVersion;
    // Versions grow (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions).
    return toldVersion !== null && !(Number(version) <= Number(toldVersion));
  };
  const list = async (): Promise<string> => {
    const asked = options.fromNow && toldVersion === null ? { ...query, limit: '1' } : query;
    const ms = isFirst ? firstListMs : laterListMs;
    const answer = await readPath(config, pathOf(resource, namespace), asked, { ms, signal: stopped.signal });
    if (answer.status !== 200) throw new Refused(answer, 'list');
    const atUnixMs = steadyNow();
    const { items, metadata } = listSchema.parse(answer.body);
    const names = new Set((items ?? []).map((item) => metaSchema.safeParse(item).data?.metadata.name));
    for (const [name, object] of [...present]) if (!names.has(name)) take('DELETED', object, atUnixMs);
    for (const item of (items ?? []).filter(isNews)) take('LIST', item, atUnixMs);
    isListed = true;
    life?.prove();
    return (toldVersion = metadata?.resourceVersion ?? '');
  };
  const loses = (why: Message): void => {
    isListed = false;
    if (lost || stopped.signal.aborted) return;
    lost = true;
    options.onLost(why, isFirst ? startedMs : (life?.provenMs ?? steadyNow()));
  };
  const works = (): void => {
    if (!lost || stopped.signal.aborted) return;
    lost = false;
    options.onBack(steadyNow());
  };

  let deaf: (() => void) | undefined;
  const listen = (): void => {
    if (stopped.signal.aborted) return;
    deaf ??= life?.listen({
      name: resourceName(resource),
      onSilence: (names) => {
        const seconds = life.unprovenMs / 1000;
        loses(message('gaps.resources-silent', { resources: names.join(', '), seconds }));
      },
      // Whether the watch itself lives is found out by taking it up anew.
      onBack: () => restart.abort(),
    });
  };

  const follow = async (): Promise<void> => {
    let version: string | null = null;
    let backOffMs = firstBackOffMs;
    let expired = 0;
    while (!stopped.signal.aborted) {
      try {
        if (version === null) {
          version = await list();
          isFirst = false;
          tellListed(null);
          listen();
        }
        restart = new AbortController();
        await watchOnce(version, {
          config,
          resource,
          namespace,
          query,
          signal: AbortSignal.any([stopped.signal, restart.signal]),
          silenceMs: options.silenceMs ?? usualSilenceMs,
          firstWordMs: lost && !isListed ? firstWordMs : null,
          onConnected: () => {
            if (isListed || !lost) works();
          },
          onWord: () => {
            backOffMs = firstBackOffMs;
            expired = 0;
            life?.prove();
            works();
          },
          onObject: (type, object) => take(type, object, steadyNow()),
          onVersion: (next) => (version = toldVersion = next),
        });
      } catch (error) {
        if (stopped.signal.aborted) return;
        // Taken up from where it was, nothing is missed: of what never changes there may be nothing to say.
        if (error instanceof WatchSilent) continue;
        if (error instanceof WatchUnproven) {
          version = null;
          continue;
        }
        if (error instanceof WatchExpired) {
          version = null;
          if (expired++ === 0) continue;
        }
        const refused =
          error instanceof Refused
            ? error
            : error instanceof WatchRefused
              ? new Refused(error.answer, 'watch')
              : null;
        const asked = { verb: refused?.verb ?? ('list' as const), namespace };
        const why = whyUnread(resource, asked, refused?.answer ?? { error });
        if (refused?.verb === 'list' && isFirst && [401, 403, 404].includes(refused.answer.status))
          return tellListed(why);
        tellListed(null);
        loses(why);
        await pause(backOffMs * (0.75 + Math.random() / 2), stopped.signal);
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      }
    }
  };
  void follow().finally(() => deaf?.());
  return {
    listed,
    stop() {
      stopped.abort();
      deaf?.();
    },
  };
}

class Refused extends Error {
  constructor(
    readonly answer: Answer,
    readonly verb: 'list' | 'watch',
  ) {
    super(`answered ${answer.status}`);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => undefined);
}

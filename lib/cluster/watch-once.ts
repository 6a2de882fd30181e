import { STATUS_CODES } from 'node:http';
import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { CodedError, message, type Message, messageOfError, said } from '@/lib/model/message';
import { type Answer, beginWatch } from './bounded-api';
import { pathOf, resourceName, type ClusterResource } from './resource';

/** The server no longer knows the version that the watch was to begin from (410). */
export class WatchExpired extends CodedError {}
/** The watch ended otherwise than by the server's own time limit. */
export class WatchLost extends CodedError {}
/** The API server did not begin the watch. */
export class WatchRefused extends WatchLost {
  constructor(
    why: Message,
    readonly answer: Answer,
  ) {
    super(why);
  }
}
/** The watch said nothing for so long that it may be dead: bookmarks come about each minute, which no server promises. */
export class WatchSilent extends WatchLost {}
/** The server took the watch up again and says nothing: whether anything was missed is not known. */
export class WatchUnproven extends CodedError {}

const errorStatusSchema = z.looseObject({ code: z.number().optional(), message: z.string().optional() });
const versionedSchema = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) });
const eventSchema = z.looseObject({ type: z.string(), object: z.unknown() });

/** A watch that was taken up again may say nothing for so long before all is listed instead. */
export const firstWordMs = 1000;

/** What a watch tells of one object. */
export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface WatchOnceOptions {
  config: KubeConfig;
  resource: ClusterResource;
  namespace: string;
  /** Which of them: labelSelector, fieldSelector. */
  query: Record<string, string>;
  signal: AbortSignal;
  /** A watch that says nothing, not even a bookmark, for this long may be dead: it is ended. */
  silenceMs: number;
  /** How long the watch may say nothing at first; null: as long as later. */
  firstWordMs: number | null;
  /** The server has accepted the watch, which proves nothing yet. */
  onConnected: () => void;
  /** The watch has said something. */
  onWord: () => void;
  /** An object as it came; what this throws ends the watch. */
  onObject: (type: WatchType, object: unknown) => void;
  /** The version from which a watch would go on. */
  onVersion: (resourceVersion: string) => void;
}

/** One watch from a version. Resolves when the server ends it as it ends all watches in time; rejects otherwise. */
export function watchOnce(fromVersion: string, options: WatchOnceOptions): Promise<void> {
  const { config, resource, namespace, query, signal, silenceMs, firstWordMs } = options;
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    let settled = false;
    let lastSeenMs = steadyNow();
    let firstWord: NodeJS.Timeout | undefined;
    const settle = (failure: Error | null): void => {
      if (settled) return;
      settled = true;
      clearInterval(silence);
      clearTimeout(firstWord);
      signal.removeEventListener('abort', onAbort);
      stop.abort();
      if (failure) reject(failure);
      else resolve();
    };
    const onAbort = (): void => settle(null);
    const silence = setInterval(
      () => {
        if (steadyNow() - lastSeenMs >= silenceMs)
          settle(new WatchSilent(message('gaps.watch-silent', { seconds: silenceMs / 1000 })));
      },
      Math.min(1000, silenceMs / 4),
    );
    signal.addEventListener('abort', onAbort, { once: true });

    const take = (type: string, object: unknown): void => {
      lastSeenMs = steadyNow();
      clearTimeout(firstWord);
      if (type === 'ERROR') {
        const status = errorStatusSchema.safeParse(object).data;
        const why = status?.message === undefined ? message('gaps.watch-ended') : said(status.message);
        return settle(status?.code === 410 ? new WatchExpired(why) : new WatchLost(why));
      }
      options.onWord();
      const told = type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED';
      if (!told && type !== 'BOOKMARK') return;
      const { resourceVersion } = versionedSchema.parse(object).metadata;
      if (told) options.onObject(type, object);
      options.onVersion(resourceVersion);
    };
    const startedAtMs = steadyNow();
    const follow = async (): Promise<void> => {
      const stream = await beginWatch(
        config,
        pathOf(resource, namespace),
        { ...query, resourceVersion: fromVersion },
        { signal: stop.signal },
      );
      if ('refused' in stream) return settle(refusal(stream.refused, resource, namespace));
      if (settled) return;
      lastSeenMs = steadyNow();
      options.onConnected();
      if (firstWordMs !== null)
        firstWord = setTimeout(() => settle(new WatchUnproven(message('gaps.watch-unproven'))), firstWordMs);
      for await (const line of stream.lines) {
        if (settled) return;
        try {
          const { type, object } = eventSchema.parse(JSON.parse(line));
          take(type, object);
        } catch (error) {
          return settle(new WatchLost(message('gaps.event-unreadable', { cause: messageOfError(error) })));
        }
      }
      if (steadyNow() - startedAtMs < 200) settle(new WatchLost(message('gaps.watch-closed')));
      else settle(null);
    };
    follow().catch((error: unknown) => settle(failureOf(error)));
  });
}

/** Why the API server did not begin a watch, by its Status; what the account may not do with the right that it lacks. */
export function refusal(
  answer: Answer,
  resource: ClusterResource,
  namespace: string,
): WatchExpired | WatchLost {
  const { status } = answer;
  const told = errorStatusSchema.safeParse(answer.body).data?.message;
  const cause = told === undefined ? said(STATUS_CODES[status] ?? `HTTP ${status}`) : said(told);
  if (status === 410) return new WatchExpired(told === undefined ? message('gaps.version-too-old') : cause);
  if (status === 401) return new WatchRefused(message('gaps.account-unknown'), answer);
  const right = { resource: resourceName(resource), namespace };
  return new WatchRefused(
    status !== 403
      ? message('gaps.watch-refused', { resource: right.resource, status, cause })
      : told === undefined
        ? message('gaps.watch-forbidden', right)
        : message('gaps.watch-forbidden-by', { ...right, cause }),
    answer,
  );
}

function failureOf(error: unknown): Error {
  return new WatchLost(
    message('gaps.watch-broke', {
      cause:
        error instanceof Error && error.message ? messageOfError(error) : message('gaps.connection-lost'),
    }),
  );
}

import { STATUS_CODES } from 'node:http';
import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { CodedError, message, messageOfError, said } from '@/lib/model/message';
import { watchLines } from './bounded-api';
import { pathOf, resourceName, type ClusterResource } from './resource';

/** The server no longer knows the version that the watch was to begin from (410). */
export class WatchExpired extends CodedError {}
/** The watch ended otherwise than by the server's own time limit. */
export class WatchLost extends CodedError {}
/** The watch said nothing for so long that it may be dead: bookmarks come about each minute, which no server promises. */
export class WatchSilent extends WatchLost {}
/** The server took the watch up again and says nothing: whether anything was missed is not known. */
export class WatchUnproven extends CodedError {}

const errorStatusSchema = z.looseObject({ code: z.number().optional(), message: z.string().optional() });
const versionedSchema = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) });
const eventSchema = z.looseObject({ type: z.string(), object: z.unknown() });

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
      const stream = await watchLines(
        config,
        pathOf(resource, namespace),
        { ...query, resourceVersion: fromVersion },
        stop.signal,
      );
      if (stream.status !== 200) return settle(failureOf(new Refused(stream.status), options));
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
    follow().catch((error: unknown) => settle(failureOf(error, options)));
  });
}

/** The API server's answer to a watch that it did not begin. */
class Refused extends Error {
  constructor(readonly status: number) {
    super(STATUS_CODES[status] ?? `HTTP ${status}`);
  }
}

/** Why a watch failed; what the account may not do is named, with the right that it lacks. */
function failureOf(error: unknown, { resource, namespace }: WatchOnceOptions): Error {
  const code = error instanceof Refused ? error.status : null;
  if (code === 410) return new WatchExpired(message('gaps.version-too-old'));
  if (code === 403)
    return new WatchLost(message('gaps.watch-forbidden', { resource: resourceName(resource), namespace }));
  if (code === 401) return new WatchLost(message('gaps.account-unknown'));
  return new WatchLost(
    message('gaps.watch-broke', {
      cause:
        error instanceof Error && error.message ? messageOfError(error) : message('gaps.connection-lost'),
    }),
  );
}

import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { message, type Message } from '@/lib/model/message';
import { readPath, readText } from './bounded-api';
import { pathOf } from './resource';
import { whyUnread, type OptionalResource } from './unread';

const system = 'knative-serving';
const port = 9090;
/** An answer of more bytes is asked for more rarely: a real activator tells some 60 kB of each revision. */
const largeBytes = 2 ** 20;
const largeEveryMs = 5000;
const answerMs = 1500;
const firstAnswerMs = 3000;

/** One of Knative's own Deployments, whose pods are asked for their metrics through the API server. */
export interface SystemPods {
  /** The value of their label `app`. */
  app: string;
  pods: OptionalResource;
  proxy: OptionalResource;
}

/** Those of the Deployment `app`. `without`: what is not known where they are not read. */
export function systemPods(app: string, without: Message): SystemPods {
  const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true, without };
  return { app, pods, proxy: { ...pods, plural: 'pods/proxy' } };
}

const podsSchema = z.looseObject({
  items: z
    .array(
      z.looseObject({
        metadata: z.looseObject({ name: z.string(), deletionTimestamp: z.string().nullish() }),
        status: z.looseObject({ phase: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

/** The pods that can be asked: where none is known to run, whichever there is. */
function askedOf(body: unknown): string[] {
  const pods = podsSchema.parse(body).items ?? [];
  const running = pods.filter(
    ({ metadata, status }) => !metadata.deletionTimestamp && status?.phase === 'Running',
  );
  return (running.length > 0 ? running : pods.slice(0, 1)).map(({ metadata }) => metadata.name);
}

const row = /^(\w+)\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}\s+(\S+)/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The numbers that a Prometheus text of Knative's, since 1.19 or before, has of the revisions of a namespace, as far as `isWanted` wants a metric's name. */
export function* revisionNumbers(
  text: string,
  namespace: string,
  isWanted: (name: string) => boolean,
): Generator<{ name: string; revision: string; value: number }> {
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', number = ''] = row.exec(line) ?? [];
    const value = Number(number);
    if (!isWanted(name) || !Number.isFinite(value)) continue;
    const own = new Map([...labels.matchAll(label)].map(([, key, said]) => [key, said]));
    const revision = own.get('kn_revision_name') ?? own.get('revision_name');
    if (revision === undefined) continue;
    if ((own.get('k8s_namespace_name') ?? own.get('namespace_name') ?? namespace) !== namespace) continue;
    yield { name, revision, value };
  }
}

/** What the pods answered at one time, by their names; `isWhole`: all of them did. */
export interface SystemTexts {
  texts: ReadonlyMap<string, string>;
  isWhole: boolean;
  atUnixMs: number;
}

/** `why`: the first that could not be read; `isPart`: others could. */
interface Read {
  texts: ReadonlyMap<string, string>;
  why: Message | null;
  isPart: boolean;
}

/**
 * Reads the metrics of all of a Deployment's pods again and again through the API server's proxy; one that is made anew
 * has another name, and is looked for. `listed` resolves with why they cannot be read; null: they can.
 */
export function followSystemMetrics(options: {
  config: KubeConfig;
  of: SystemPods;
  /**
   * The metrics' names. Only these are asked for (`name[]`, which Prometheus' handler for Go takes): a real activator's page
   * had 2 MB after an hour, nearly all of it of its HTTP clients. Who does not know that tells all.
   */
  names: readonly string[];
  everyMs: number;
  /** What one of them says is nothing without the others: it is lost where one cannot be read. */
  needsAll: boolean;
  /** Told each time, also where none could be read. */
  onRead: (read: SystemTexts) => void;
  /** It cannot be read any more, from then on until `onBack`. */
  onLost: (why: Message, atUnixMs: number) => void;
  onBack: (atUnixMs: number) => void;
}): { listed: Promise<Message | null>; stop: () => void } {
  const { config, of, names, everyMs, needsAll } = options;
  const query = names.map((name): [string, string] => ['name[]', name]);
  const stopped = new AbortController();
  const { signal } = stopped;
  const whose = { namespace: system };
  const resource = `pods ${system}/${of.app}`;
  /** None: they are to be looked for. */
  let pods: string[] = [];
  let lost = false;
  let isLarge = false;
  let timer: NodeJS.Timeout | undefined;

  const readPod = async (pod: string, ms: number): Promise<string | { why: Message }> => {
    const path = `${pathOf(of.pods, system)}/${pod}:${port}/proxy/metrics`;
    try {
      const { status, text } = await readText(config, path, { ms, signal }, query);
      if (status === 200) return text;
      return { why: whyUnread(of.proxy, { verb: 'get', ...whose }, { status, body: null }) };
    } catch (error) {
      return { why: whyUnread(of.proxy, { verb: 'get', ...whose }, { error }) };
    }
  };
  /** Reads those that are known. */
  const readAll = async (ms: number): Promise<Read> => {
    const asked = pods;
    const answers = await Promise.all(asked.map((pod) => readPod(pod, ms)));
    const texts = new Map<string, string>();
    let cause: Message | null = null;
    for (const [i, answer] of answers.entries())
      if (typeof answer === 'string') texts.set(asked[i]!, answer);
      else cause ??= answer.why;
    if (cause) pods = [];
    const isPart = cause !== null && texts.size > 0;
    const some = { resource, read: texts.size, all: asked.length };
    const why = isPart && cause ? message('unread.some-pods', { ...some, cause }) : cause;
    return { texts, why, isPart };
  };
  const findAndRead = async (): Promise<Read> => {
    const unread = (why: Message): Read => ({ texts: new Map(), why, isPart: false });
    try {
      const path = pathOf(of.pods, system);
      const ofApp = { labelSelector: `app=${of.app}` };
      const list = await readPath(config, path, ofApp, { ms: firstAnswerMs, signal });
      if (list.status !== 200) return unread(whyUnread(of.pods, { verb: 'list', ...whose }, list));
      pods = askedOf(list.body);
    } catch (error) {
      return unread(whyUnread(of.proxy, { verb: 'get', ...whose }, { error }));
    }
    if (pods.length > 0) return readAll(firstAnswerMs);
    return unread(message('unread.not-there', { resource, without: of.pods.without }));
  };
  /** Tells what was read; returns why it is not enough. */
  const take = ({ texts, why, isPart }: Read): Message | null => {
    if (texts.size > 0) isLarge = Math.max(...[...texts.values()].map(({ length }) => length)) > largeBytes;
    if (!signal.aborted) options.onRead({ texts, isWhole: why === null, atUnixMs: steadyNow() });
    return isPart && !needsAll ? null : why;
  };
  const turn = async (): Promise<void> => {
    const askedMs = steadyNow();
    const known = pods.length > 0 ? await readAll(answerMs) : null;
    const why = take(known?.why === null ? known : await findAndRead());
    if (signal.aborted) return;
    if (why && !lost) options.onLost(why, askedMs);
    if (!why && lost) options.onBack(steadyNow());
    lost = why !== null;
    again();
  };
  const again = (): void => {
    if (!signal.aborted) timer = setTimeout(() => void turn(), isLarge ? largeEveryMs : everyMs);
  };
  const begin = async (): Promise<Message | null> => {
    const found = await findAndRead();
    if (found.texts.size > 0) again();
    return take(found);
  };
  return {
    listed: begin(),
    stop() {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}

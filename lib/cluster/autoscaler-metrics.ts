import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { type AutoscalerReport } from '@/lib/model/cluster-report';
import { message, type Message } from '@/lib/model/message';
import { readPath, readText } from './bounded-api';
import { pathOf } from './resource';
import { whyUnread, type OptionalResource } from './unread';

const system = 'knative-serving';
const port = 9090;
const readEveryMs = 2000;
const answerMs = 1500;
const firstAnswerMs = 3000;

/** The autoscaler's pods, and what they tell through the API server. */
const autoscalerPods: OptionalResource = {
  group: '',
  version: 'v1',
  plural: 'pods',
  namespaced: true,
  without: message('unread.without-autoscaler'),
};
export const autoscalerProxy: OptionalResource = { ...autoscalerPods, plural: 'pods/proxy' };

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

/** What an autoscaler's metrics say of one revision at one moment. */
export type AutoscalerSeen = Pick<
  AutoscalerReport,
  'stable' | 'panic' | 'target' | 'desired' | 'panicMode' | 'excess'
>;

/** Names since Knative 1.19, and before; where a revision scales on requests/s, theirs. */
export const metricFields: Readonly<Record<string, keyof AutoscalerSeen>> = {
  kn_revision_concurrency_stable: 'stable',
  kn_revision_concurrency_panic: 'panic',
  kn_revision_concurrency_target: 'target',
  kn_revision_rps_stable: 'stable',
  kn_revision_rps_panic: 'panic',
  kn_revision_rps_target: 'target',
  kn_revision_pods_desired: 'desired',
  kn_revision_panic_mode: 'panicMode',
  kn_revision_capacity_excess: 'excess',
  autoscaler_stable_request_concurrency: 'stable',
  autoscaler_panic_request_concurrency: 'panic',
  autoscaler_target_concurrency_per_pod: 'target',
  autoscaler_stable_requests_per_second: 'stable',
  autoscaler_panic_requests_per_second: 'panic',
  autoscaler_target_requests_per_second: 'target',
  autoscaler_desired_pods: 'desired',
  autoscaler_panic_mode: 'panicMode',
  autoscaler_excess_burst_capacity: 'excess',
};
/** Of a revision of which nothing is told. */
export const nothingSeen: AutoscalerSeen = {
  stable: null,
  panic: null,
  target: null,
  desired: null,
  panicMode: null,
  excess: null,
};
const row = /^(\w+)\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}\s+(\S+)/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** What the autoscaler's Prometheus text says of each revision of a namespace, by its name. */
export function readAutoscalerText(text: string, namespace: string): Map<string, AutoscalerSeen> {
  const seen = new Map<string, AutoscalerSeen>();
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', number = ''] = row.exec(line) ?? [];
    const field = metricFields[name];
    const value = Number(number);
    if (!field || !Number.isFinite(value)) continue;
    const own = new Map([...labels.matchAll(label)].map(([, key, text_]) => [key, text_]));
    const revision = own.get('kn_revision_name') ?? own.get('revision_name');
    if (revision === undefined) continue;
    if ((own.get('k8s_namespace_name') ?? own.get('namespace_name') ?? namespace) !== namespace) continue;
    const known = seen.get(revision) ?? nothingSeen;
    seen.set(revision, { ...known, [field]: value });
  }
  return seen;
}

/**
 * Reads the autoscaler's own metrics every two seconds through the API server's proxy, and tells of each revision of
 * `revisions` what has changed. Of several pods each decides for some of the revisions, and one that is made anew has
 * another name. `listed` resolves with why they cannot be read; null: they can.
 */
export function followAutoscaler(options: {
  config: KubeConfig;
  namespace: string;
  revisions: ReadonlySet<string>;
  onReport: (report: AutoscalerSeen & { revision: string }, atUnixMs: number) => void;
  /** It cannot be read any more, from then on until `onBack`. */
  onLost: (why: Message, atUnixMs: number) => void;
  onBack: (atUnixMs: number) => void;
}): { listed: Promise<Message | null>; stop: () => void } {
  const { config, namespace, revisions, onReport } = options;
  const stopped = new AbortController();
  const { signal } = stopped;
  const told = new Map<string, string>();
  const whose = { namespace: system };
  /** None: they are to be looked for. */
  let pods: string[] = [];
  let lost = false;
  let timer: NodeJS.Timeout | undefined;

  const readPod = async (pod: string, ms: number): Promise<Message | null> => {
    const path = `${pathOf(autoscalerPods, system)}/${pod}:${port}/proxy/metrics`;
    try {
      const { status, text } = await readText(config, path, { ms, signal });
      if (status !== 200)
        return whyUnread(autoscalerProxy, { verb: 'get', ...whose }, { status, body: null });
      const atUnixMs = steadyNow();
      for (const [revision, seen] of readAutoscalerText(text, namespace)) {
        const words = JSON.stringify(seen);
        const key = `${pod} ${revision}`;
        if (signal.aborted || !revisions.has(revision) || told.get(key) === words) continue;
        told.set(key, words);
        onReport({ revision, ...seen }, atUnixMs);
      }
      return null;
    } catch (error) {
      return whyUnread(autoscalerProxy, { verb: 'get', ...whose }, { error });
    }
  };
  /** Null: at least one answered. */
  const readAll = async (ms: number): Promise<Message | null> => {
    const answers = await Promise.all(pods.map((pod) => readPod(pod, ms)));
    const failures = answers.filter((why) => why !== null);
    if (failures.length > 0) pods = [];
    return failures.length < answers.length ? null : failures[0]!;
  };
  const findAndRead = async (ms: number): Promise<Message | null> => {
    try {
      const path = pathOf(autoscalerPods, system);
      const list = await readPath(config, path, { labelSelector: 'app=autoscaler' }, { ms, signal });
      if (list.status !== 200) return whyUnread(autoscalerPods, { verb: 'list', ...whose }, list);
      pods = askedOf(list.body);
    } catch (error) {
      return whyUnread(autoscalerProxy, { verb: 'get', ...whose }, { error });
    }
    if (pods.length > 0) return readAll(ms);
    return message('unread.not-there', {
      resource: `pods ${system}/autoscaler`,
      without: autoscalerPods.without,
    });
  };
  const turn = async (): Promise<void> => {
    const askedMs = steadyNow();
    const isRead = pods.length > 0 && (await readAll(answerMs)) === null;
    const why = isRead ? null : await findAndRead(firstAnswerMs);
    if (signal.aborted) return;
    if (why && !lost) options.onLost(why, askedMs);
    if (!why && lost) options.onBack(steadyNow());
    lost = why !== null;
    again();
  };
  const again = (): void => {
    if (!signal.aborted) timer = setTimeout(() => void turn(), readEveryMs);
  };
  const begin = async (): Promise<Message | null> => {
    const why = await findAndRead(firstAnswerMs);
    if (why === null) again();
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

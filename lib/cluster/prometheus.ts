import { z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { CodedError, message, type Message, messageOfError } from '@/lib/model/message';
import { type PrometheusFound, type PrometheusServer } from '@/lib/model/prometheus';
import { boundedFetch } from '@/lib/outgoing/bounded-fetch';
import { type ActivatorSeen } from './activator-metrics';
import { type AutoscalerSeen, metricFields, nothingSeen } from './autoscaler-metrics';
import { ClockOffset } from './clock-offset';

/** A service's own revisions over a minute have some kB; a cluster's over a test some hundred. */
const answerBytes = 8 * 2 ** 20;
const firstAnswerMs = 3000;
const answerMs = 4000;
/** Prometheus scrapes each 15 s or more rarely, as it is set up in general. */
const readEveryMs = 5000;
/** What was scraped this long ago is told, too. */
const windowSeconds = 60;
/** The autoscaler decides each two seconds: what was scraped says nothing of a later decision. */
const heldMs = 2500;

/** Knative's metrics since 1.19, and before, with the labels that name a namespace and a revision there, and the activator's one. */
const families = [
  {
    prefix: 'kn_revision_',
    ...{ namespace: 'k8s_namespace_name', revision: 'kn_revision_name' },
    activator: 'kn_revision_request_concurrency',
  },
  {
    prefix: 'autoscaler_',
    ...{ namespace: 'namespace_name', revision: 'revision_name' },
    activator: 'activator_request_concurrency',
  },
] as const;
type Family = (typeof families)[number];
/** One of each family's metrics: what it has of revisions is counted by them. */
const oneOfEach = ['kn_revision_pods_desired', 'autoscaler_desired_pods'];

/** Unix seconds, and the value as text. */
const sampleSchema = z.tuple([z.number(), z.string()]);
const answerSchema = z.looseObject({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .looseObject({
      result: z
        .array(
          z.looseObject({
            metric: z.record(z.string(), z.string()),
            value: sampleSchema.optional(),
            values: z.array(sampleSchema).optional(),
          }),
        )
        .optional(),
      version: z.string().optional(),
    })
    .optional(),
});
type Data = NonNullable<z.infer<typeof answerSchema>['data']>;

/** When a scrape was told, and when it was made by the server's clock on ours. */
interface ScrapeTimes {
  atUnixMs: number;
  serverAtUnixMs: number;
}

/** What a certificate is refused with, as Node names it. */
const untrusted = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

/** Asks the HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/). Throws a CodedError that says what to do. */
async function ask(
  { url, auth, user, secret, ca }: PrometheusServer,
  path: string,
  query: Record<string, string>,
  { ms, signal, clock }: { ms: number; signal?: AbortSignal; clock?: ClockOffset },
): Promise<Data> {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/api/v1/${path}`;
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const askedMs = steadyNow();
  const answer = await boundedFetch(
    address,
    { ms, bytes: answerBytes },
    {
      ...(auth === 'bearer' ? { headers: { authorization: `Bearer ${secret}` } } : {}),
      ...(auth === 'basic' ? { auth: `${user}:${secret}` } : {}),
      ...(ca.trim() !== '' ? { ca } : {}),
      ...(signal ? { signal } : {}),
    },
  ).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw untrusted.test(code)
      ? new CodedError(message('reasons.prometheus-untrusted', { cause: messageOfError(error) }))
      : error;
  });
  const { status } = answer;
  const dateMs = Date.parse(answer.headers.date ?? '');
  if (Number.isFinite(dateMs)) clock?.add({ askedMs, answeredMs: steadyNow(), dateMs });
  if (status === 401 || status === 403)
    throw new CodedError(message('reasons.prometheus-refused', { status }));
  const read = answerSchema.safeParse(parseJson(answer.body.toString()));
  if (read.success && read.data.error !== undefined)
    throw new CodedError(message('reasons.prometheus-said', { cause: read.data.error }));
  if (status !== 200 || !read.success || read.data.status !== 'success' || !read.data.data)
    throw new CodedError(message('reasons.prometheus-no-api', { status }));
  return read.data.data;
}

/** Who tells what is scraped. */
type Teller = 'autoscaler' | 'activator';

/** One family's samples as they were scraped of `tellers`, of the newest seconds. `matchers`: more of PromQL's label matchers. */
function samplesOf({ prefix, activator }: Family, tellers: readonly Teller[], matchers: string): string {
  const names = [
    ...(tellers.includes('autoscaler')
      ? Object.keys(metricFields).filter((name) => name.startsWith(prefix))
      : []),
    ...(tellers.includes('activator') ? [activator] : []),
  ];
  return `{__name__=~"${names.join('|')}"${matchers}}[${windowSeconds}s]`;
}

/**
 * What all activators together had of each revision, by its name and the time of a scrape in Unix ms: what was last scraped
 * of each, from when on each had been.
 */
function activatorScrapes({ result = [] }: Data, family: Family): Map<string, Map<number, number>> {
  const samples = new Map<string, { pod: number; atMs: number; value: number }[]>();
  const pods = new Map<string, number>();
  for (const [pod, { metric, values = [] }] of result.entries()) {
    const { __name__: name, [family.revision]: revision } = metric;
    if (name !== family.activator || revision === undefined) continue;
    pods.set(revision, (pods.get(revision) ?? 0) + 1);
    const own = values.map(([seconds, text]) => ({
      pod,
      atMs: Math.round(seconds * 1000),
      value: Number(text),
    }));
    samples.set(revision, [...(samples.get(revision) ?? []), ...own]);
  }
  return new Map(
    [...samples].map(([revision, own]) => {
      const last = new Map<number, number>();
      const times = new Map<number, number>();
      for (const { pod, atMs, value } of own.sort((a, b) => a.atMs - b.atMs)) {
        last.set(pod, value);
        if (last.size === pods.get(revision))
          times.set(
            atMs,
            [...last.values()].reduce((a, b) => a + b, 0),
          );
      }
      return [revision, times];
    }),
  );
}

/** What was scraped of each revision, by its name and the time of it in Unix ms of Prometheus' clock, in order of time. */
function scrapes({ result = [] }: Data, family: Family): Map<string, Map<number, AutoscalerSeen>> {
  const seen = new Map<string, Map<number, AutoscalerSeen>>();
  for (const { metric, values = [] } of result) {
    const { __name__: name = '', [family.revision]: revision, [family.namespace]: namespace } = metric;
    const field = metricFields[name];
    if (!field || revision === undefined) continue;
    const key = `${namespace ?? ''}/${revision}`;
    const times = seen.get(key) ?? new Map<number, AutoscalerSeen>();
    seen.set(key, times);
    for (const [atSeconds, text] of values) {
      const value = Number(text);
      if (!Number.isFinite(value)) continue;
      const atMs = Math.round(atSeconds * 1000);
      times.set(atMs, { ...(times.get(atMs) ?? nothingSeen), [field]: value });
    }
  }
  return seen;
}

/**
 * Asks a Prometheus server every few seconds for what it scraped of the autoscaler and the activators, and tells it of each revision of
 * `revisions`: told when it came, and when it was scraped by the server's clock on ours. `listed` resolves with why there
 * is nothing to be had of it now; null: there is.
 */
export function followPrometheus(options: {
  server: PrometheusServer;
  namespace: string;
  revisions: ReadonlySet<string>;
  /** Since when (Unix ms) what it scraped of one is wanted; null: it is not asked for that now. */
  wantedSinceMs: (teller: Teller) => number | null;
  onReport: (report: AutoscalerSeen & { revision: string; heldMs: number }, times: ScrapeTimes) => void;
  onActivator: (report: ActivatorSeen & { heldMs: number }, times: ScrapeTimes) => void;
}): { listed: Promise<Message | null>; askNow: () => void; stop: () => void } {
  const { server, namespace, revisions, wantedSinceMs, onReport, onActivator } = options;
  const stopped = new AbortController();
  const clock = new ClockOffset();
  const told = new Map<string, number>();
  const sinceMs = steadyNow();
  let timer: NodeJS.Timeout | undefined;

  const read = async (family: Family, ms: number): Promise<void> => {
    const names = [...revisions].map((name) => name.replaceAll(/[^a-z0-9-]/g, '.')).join('|');
    const tellers = (['autoscaler', 'activator'] as const).filter((one) => wantedSinceMs(one) !== null);
    if (names === '' || tellers.length === 0) return;
    const matchers = `,${family.namespace}="${namespace}",${family.revision}=~"${names}"`;
    const query = samplesOf(family, tellers, matchers);
    const data = await ask(server, 'query', { query }, { ms, signal: stopped.signal, clock });
    const atUnixMs = steadyNow();
    const tellNew = <T>(
      teller: Teller,
      revision: string,
      scraped: ReadonlyMap<number, T>,
      tell: (value: T, times: ScrapeTimes) => void,
    ): void => {
      const key = `${teller} ${revision}`;
      for (const [scrapedMs, value] of [...scraped].sort(([a], [b]) => a - b)) {
        const serverAtUnixMs = scrapedMs - clock.offsetMs;
        const wantedMs = Math.max(sinceMs, wantedSinceMs(teller) ?? Infinity);
        if (scrapedMs <= (told.get(key) ?? 0) || serverAtUnixMs < wantedMs) continue;
        told.set(key, scrapedMs);
        if (!stopped.signal.aborted) tell(value, { atUnixMs, serverAtUnixMs });
      }
    };
    for (const [key, scraped] of scrapes(data, family)) {
      const revision = key.slice(namespace.length + 1);
      tellNew('autoscaler', revision, scraped, (seen, times) =>
        onReport({ revision, ...seen, heldMs }, times),
      );
    }
    for (const [revision, scraped] of activatorScrapes(data, family))
      tellNew('activator', revision, scraped, (inFlight, times) =>
        onActivator({ revision, inFlight, heldMs }, times),
      );
  };
  let isAsking = false;
  /** It was to be asked at once while it was being asked. */
  let isAskedAgain = false;
  const again = (afterMs: number): void => {
    if (isAsking) isAskedAgain = true;
    if (stopped.signal.aborted || isAsking) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      isAsking = true;
      void Promise.allSettled(families.map((family) => read(family, answerMs))).then(() => {
        isAsking = false;
        again(isAskedAgain ? 0 : readEveryMs);
        isAskedAgain = false;
      });
    }, afterMs);
  };
  const begin = async (): Promise<Message | null> => {
    const { why } = await testPrometheus(server, { ms: firstAnswerMs, signal: stopped.signal, clock });
    // What it does not have, or does not answer, now, it may later.
    again(readEveryMs);
    return (
      why &&
      message('unread.failed', {
        resource: `Prometheus ${server.url}`,
        cause: why,
        without: message('unread.without-autoscaler'),
      })
    );
  };
  return {
    listed: begin(),
    askNow: () => again(0),
    stop() {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}

/**
 * What a Prometheus server has of any autoscaler: of how many revisions, how old the newest is, in seconds, and what is
 * wrong where it has nothing. Answers within some seconds.
 */
export async function testPrometheus(
  server: PrometheusServer,
  { ms = answerMs, signal, clock }: { ms?: number; signal?: AbortSignal; clock?: ClockOffset } = {},
): Promise<Pick<PrometheusFound, 'version' | 'revisions' | 'newestSeconds'> & { why: Message | null }> {
  const bounds = { ms, ...(signal ? { signal } : {}), ...(clock ? { clock } : {}) };
  const number = async (query: string): Promise<number | null> => {
    const { result = [] } = await ask(server, 'query', { query }, bounds);
    return result[0]?.value ? Number(result[0].value[1]) : null;
  };
  const version = ask(server, 'status/buildinfo', {}, bounds).then(
    (data) => data.version ?? null,
    () => null,
  );
  let why: Message | null = null;
  let revisions = 0;
  let newestSeconds: number | null = null;
  try {
    for (const name of oneOfEach) {
      revisions += (await number(`count(${name})`)) ?? 0;
      const age = await number(`time() - max(timestamp(${name}))`);
      if (age !== null) newestSeconds = Math.min(newestSeconds ?? Infinity, Math.max(0, Math.round(age)));
    }
    if (revisions === 0) why = message('reasons.prometheus-no-series', {});
  } catch (error) {
    why = messageOfError(error);
  }
  return { version: await version, revisions, newestSeconds, why };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { type AutoscalerConfig, resolveConfig } from '@/lib/autoscaling';
import { ClusterError, readClusterVersion } from '@/lib/cluster/client';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { type GatewayService } from '@/lib/cluster/gateway-clusters';
import { sampleGateway } from '@/lib/cluster/gateway-metrics';
import { autoscalerConfigMap, configMaps } from '@/lib/cluster/config-maps';
import { readConfigMap } from '@/lib/cluster/knative';
import { ClockOffset } from '@/lib/cluster/clock-offset';
import { whyUnread } from '@/lib/cluster/unread';
import { watchPods, type PodWatchOptions } from '@/lib/cluster/watch-pods';
import { watchReports, type WatchedReport } from '@/lib/cluster/watch-reports';
import { type NewClusterReport } from '@/lib/model/cluster-report';
import { stateDirectory } from '@/lib/environment/paths';
import { CodedError, message, type Message, messageOfError } from '@/lib/model/message';
import { type ConcurrencySource } from '@/lib/model/recording';
import { type RunAutoscaling, type Service } from '@/lib/model/run';
import { assumed, notRead, withWords } from '@/lib/words/english';
import { readPrometheus } from '@/lib/store/prometheus';
import { type Recorder } from './recorder';
import { type RevisionSettings } from './service-annotator';

export interface Observation {
  config: AutoscalerConfig;
  autoscaling: RunAutoscaling;
  /** The configuration that a revision's own settings make. */
  configOf: (settings: RevisionSettings) => AutoscalerConfig;
  /** The API server's version; null where no cluster answers. */
  clusterVersion: string | null;
  stop(): void;
}

const gatewayIntervalMs = 100;
/** A burst's first reading may see half of it: it is read again soon, and what came meanwhile is decided on too. */
const settleMs = 40;

/**
 * Begins to watch a service's pods and its gateway's concurrency into a recording. A cluster that cannot be reached is
 * a gap, not an end: the load test itself needs none, and waits for it a few seconds at most, or until `signal` aborts.
 * `before`: what was recorded of its pods already.
 */
export async function observeService(
  service: Service,
  recorder: Recorder,
  signal: AbortSignal,
  before: PodWatchOptions['before'] = undefined,
): Promise<Observation> {
  const stops: (() => void)[] = [];
  const known: KnownSettings = { configMap: null };
  const cluster = await observeCluster(service, recorder, known, stops, signal, before).catch(
    (error: unknown) => {
      if (!(error instanceof ClusterError)) throw error;
      recorder.gapBegins('pods', 0, error.said);
      const unread = [settingsUnknown(error)];
      return { configMap: null, clusterVersion: null, unread, revisions: new Set<string>() };
    },
  );
  const { config, problems, assumptions } = configOf(service, cluster.configMap ?? {});
  const countsRequests = config.metric === 'rps';
  const source = startConcurrency(service, { revisions: cluster.revisions, countsRequests }, recorder, stops);
  return {
    config,
    autoscaling: {
      config,
      problems: withWords(problems),
      ...assumed(assumptions),
      ...notRead(cluster.unread),
      concurrencySource: source,
    },
    configOf: ({ reachable, ...own }) =>
      configOf({ ...service, ...own }, known.configMap ?? cluster.configMap ?? {}, reachable ?? true).config,
    clusterVersion: cluster.clusterVersion,
    stop: () => stops.forEach((stop) => stop()),
  };
}

/** Without a cluster Knative's defaults stand in for its settings, which is told too. */
function settingsUnknown(error: Error): Message {
  const [namespace, name] = autoscalerConfigMap;
  return whyUnread(configMaps, { verb: 'get', namespace, name }, { error });
}

function configOf(
  service: Pick<Service, 'annotations' | 'containerConcurrency' | 'concurrencyFrom'>,
  configMap: Record<string, string>,
  reachable = true,
): ReturnType<typeof resolveConfig> {
  const { annotations, containerConcurrency, concurrencyFrom } = service;
  return resolveConfig({ annotations, containerConcurrency, concurrencyFrom, configMap, reachable });
}

interface KnownSettings {
  /** The cluster's own, as they were last changed; null: they were not. */
  configMap: Record<string, string> | null;
}

interface ClusterObservation {
  configMap: Record<string, string> | null;
  clusterVersion: string | null;
  /** What could not be read. */
  unread: Message[];
  /** As far as they are known by now. */
  revisions: ReadonlySet<string>;
}

/** Throws ClusterError where there is no cluster to ask. */
async function observeCluster(
  service: Service,
  recorder: Recorder,
  known: KnownSettings,
  stops: (() => void)[],
  signal: AbortSignal,
  before: PodWatchOptions['before'],
): Promise<ClusterObservation> {
  const config = loadKubeConfig(stateDirectory(), service.kubeContext);
  const clock = new ClockOffset();
  const watch = watchPods({
    config,
    namespace: service.namespace,
    labelSelector: service.podSelector,
    onEvent: ({ atUnixMs, serverAtUnixMs, ...event }) => {
      reports.knowPod(event.uid, event.revision);
      recorder.pod({
        ...event,
        atMs: recorder.toClock(atUnixMs),
        serverAtMs: serverAtUnixMs === null ? null : recorder.toClock(serverAtUnixMs),
      });
    },
    onGapStart: (atUnixMs, reason) => recorder.gapBegins('pods', recorder.toClock(atUnixMs), reason),
    onGapEnd: (atUnixMs) => recorder.gapEnds('pods', recorder.toClock(atUnixMs)),
    clock,
    ...(before ? { before } : {}),
    onPod: (name, pod) => reports.seePod(name, pod),
    onStep: (step) => recorder.report(onClock(step, recorder)),
  });
  const reports = watchReports({
    config,
    service,
    clock,
    prometheus: readPrometheus(),
    onReport: (report) => recorder.report(onClock(report, recorder)),
    onSettings: (configMap) => {
      known.configMap = configMap;
      recorder.reconfigure(configOf(service, configMap).config);
    },
    onLost: (why, atUnixMs, what) => recorder.gapBegins(what, recorder.toClock(atUnixMs), why),
    onBack: (atUnixMs, what) => recorder.gapEnds(what, recorder.toClock(atUnixMs)),
  });
  stops.push(
    () => watch.stop(),
    () => reports.stop(),
  );
  const [, unread, configMap, clusterVersion] = await Promise.all([
    orAborted(watch.listed, signal).catch((error: unknown) =>
      recorder.gapBegins('pods', 0, messageOfError(error)),
    ),
    orAborted(reports.unread, signal).catch((): Message[] => []),
    orAborted(readConfigMap(config, ...autoscalerConfigMap, { signal }), signal).catch(() => ({
      data: null,
      unread: null,
    })),
    orAborted(readClusterVersion(config), signal).catch(() => null),
  ]);
  return {
    configMap: configMap.data,
    clusterVersion,
    revisions: reports.revisions,
    unread: [...(configMap.unread ? [configMap.unread] : []), ...unread],
  };
}

function onClock(report: WatchedReport, recorder: Recorder): NewClusterReport {
  const { atUnixMs, serverAtUnixMs } = report;
  const at = (unixMs: number | null): number | null => (unixMs === null ? null : recorder.toClock(unixMs));
  const times = { atMs: recorder.toClock(atUnixMs), serverAtMs: at(serverAtUnixMs) };
  if (report.kind === 'usage') {
    const pods = report.pods.map(({ sampledAtUnixMs, startedAtUnixMs, ...pod }) => ({
      ...pod,
      sampledAtMs: recorder.toClock(sampledAtUnixMs),
      startedAtMs: at(startedAtUnixMs),
    }));
    return { kind: 'usage', pods, ...times };
  }
  const { atUnixMs: _at, serverAtUnixMs: _server, ...told } = report;
  return { ...told, ...times };
}

/** Rejects at once where the signal aborts. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      const leave = (): void => reject(new CodedError(message('reasons.stopped-before-k6')));
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
    }),
  ]);
}

function startConcurrency(
  service: Service,
  known: Pick<GatewayService, 'revisions' | 'countsRequests'>,
  recorder: Recorder,
  stops: (() => void)[],
): ConcurrencySource {
  if (service.gatewayMetricsUrl === null) {
    recorder.useLittlesLaw();
    return 'littles-law';
  }
  const sampler = sampleGateway({
    metricsUrl: service.gatewayMetricsUrl,
    service: () => ({
      name: service.name,
      namespace: service.namespace,
      host: service.host,
      cluster: service.gatewayCluster,
      ...known,
    }),
    intervalMs: gatewayIntervalMs,
    onReading: ({ active, waiting, byRevision }, atUnixMs) => {
      recorder.gapEnds('concurrency', recorder.toClock(atUnixMs));
      const decided = recorder.reading({
        atMs: recorder.toClock(atUnixMs),
        source: 'gateway',
        active,
        waiting,
        total: active + waiting,
        ...(byRevision ? { byRevision } : {}),
      });
      // Load met zero pods: the calculation ran at once, not at its next tick.
      if (decided) sampler.readAgain(settleMs);
    },
    onSecond: ({ active, waiting, byRevision }, atUnixMs) =>
      recorder.concurrency({
        atMs: recorder.toClock(atUnixMs),
        source: 'gateway',
        active,
        waiting,
        total: active + waiting,
        ...(byRevision ? { byRevision } : {}),
        instant: false,
      }),
    onRates: (rates, atUnixMs) => recorder.gatewayRates(recorder.toClock(atUnixMs), rates),
    onFailure: (cause, atUnixMs) =>
      recorder.gapBegins(
        'concurrency',
        recorder.toClock(atUnixMs),
        message('gaps.gateway-unreadable', { cause }),
      ),
  });
  stops.push(() => sampler.stop());
  return 'gateway';
}

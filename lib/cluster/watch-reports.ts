import { type KubeConfig } from '@kubernetes/client-node';
import { type z } from 'zod';
import { steadyNow } from '@/lib/environment/steady-clock';
import { type NewClusterReport } from '@/lib/model/cluster-report';
import { message, type Message } from '@/lib/model/message';
import { type PrometheusServer } from '@/lib/model/prometheus';
import { followActivators } from './activator-metrics';
import { autoscalerProxy, followAutoscaler } from './autoscaler-metrics';
import { type ClockOffset } from './clock-offset';
import { watchConfigMaps } from './config-maps';
import { deployments } from './deployments';
import { eventOf, events, eventSchema } from './events';
import { horizontalPodAutoscalers } from './horizontal-pod-autoscalers';
import { nodes, nodeSchema } from './nodes';
import { followPodMetrics, isScaledOnUsage, podMetrics, type WatchedUsage } from './pod-metrics';
import { podAutoscalers } from './pod-autoscalers';
import { followPrometheus } from './prometheus';
import { probe, ServerLife } from './proof-of-life';
import { readinessOf, readinessSchema } from './readiness';
import { type Pod, toUnixMs } from './pod-phase';
import { resourceName } from './resource';
import { revisionOf, revisions as revisionResource, revisionSchema } from './revisions';
import { RevisionsTold } from './revisions-told';
import { routes, routeSchema, sharesOf } from './routes';
import { changedUnixMs, type ScaleResource } from './scale-resource';
import { differingSettings, scalingSettings } from './scaling-settings';
import { services } from './services';
import { type OptionalResource } from './unread';
import { watchResource, type ResourceWatch, type ResourceWatchOptions } from './watch-resource';

type WithoutTimes<T> = T extends { kind: 'usage' }
  ? { kind: 'usage'; pods: WatchedUsage[] }
  : T extends unknown
    ? Omit<T, 'atMs' | 'serverAtMs'>
    : never;
/** A report with Unix times, both on our clock; the recorder puts it on a run's clock. */
export type WatchedReport = WithoutTimes<NewClusterReport> & {
  atUnixMs: number;
  serverAtUnixMs: number | null;
};

export interface ReportsWatch {
  /** What of the cluster is not read, by name; resolves after all first lists. */
  unread: Promise<Message[]>;
  /** A pod of the service is known: its Events are told from now on, those that came before it too. */
  knowPod: (uid: string, revision: string | null) => void;
  /** A pod as it is now, with what it requests; null: it is gone. */
  seePod: (name: string, pod: Pod | null) => void;
  /** The service's revisions by name, as far as pods and decisions told of them by now: it grows. */
  revisions: ReadonlySet<string>;
  stop: () => void;
}

export interface ReportsWatchOptions {
  config: KubeConfig;
  service: {
    name: string;
    namespace: string;
    podSelector: string;
    annotations: Record<string, string>;
    containerConcurrency: number;
  };
  clock: ClockOffset;
  /** Has what the autoscaler tells, where its pod may not be asked itself. */
  prometheus?: PrometheusServer | null;
  onReport: (report: WatchedReport) => void;
  /** Without a proof of life for longer what is watched is lost. Default 5 s. */
  unprovenMs?: number | undefined;
  /** The cluster's own settings of its autoscaler have changed to these. */
  onSettings?: (configMap: Record<string, string>) => void;
  /** Something cannot be read any more, from then on until `onBack`. */
  onLost: (why: Message, atUnixMs: number, what: Lost) => void;
  onBack: (atUnixMs: number, what: Lost) => void;
}

/** What is lost: what the activators have, or something else of the cluster's word. */
type Lost = 'reports' | 'activator';

/** Whether a HorizontalPodAutoscaler decides for the service. */
export function isHpa(annotations: Readonly<Record<string, string>>): boolean {
  return annotations['autoscaling.knative.dev/class']?.startsWith('hpa.') ?? false;
}

/** Whether Knative's own autoscaler decides for the service, as it does where no other is named: then the activator takes its requests from zero. */
export function isKpa(annotations: Readonly<Record<string, string>>): boolean {
  return annotations['autoscaling.knative.dev/class']?.startsWith('kpa.') ?? true;
}

/** Events of pods that were not known yet. */
const mostHeld = 500;

/** Watches all that the cluster may say of a service's scaling: each resource by itself, each optional. */
export function watchReports(options: ReportsWatchOptions): ReportsWatch {
  const { config, service, clock, onReport } = options;
  const { namespace, name } = service;
  const watches: ResourceWatch[] = [];
  const life = new ServerLife(() => probe(config, clock), options.unprovenMs);
  const lost = new Map<symbol, OptionalResource>();
  const isLost = (resource: OptionalResource): boolean => [...lost.values()].includes(resource);
  const pods = new Set<string>();
  const seenPods = new Map<string, Pod>();
  const revisions = new Set<string>();
  let held: WatchedReport[] = [];
  let stopped = false;
  const labelSelector = service.podSelector.includes('serving.knative.dev/')
    ? service.podSelector
    : `serving.knative.dev/service=${name}`;

  const tell = (report: WatchedReport): void => {
    if (!stopped) onReport(report);
  };
  const toOurClock = (serverMs: number | null): number | null =>
    serverMs === null ? null : serverMs - clock.offsetMs;
  const lossOf = (resource: OptionalResource): Pick<ResourceWatchOptions<unknown>, 'onLost' | 'onBack'> => {
    const one = Symbol(resource.plural);
    return {
      onLost: (why, atUnixMs) => {
        lost.set(one, resource);
        options.onLost(why, atUnixMs, 'reports');
      },
      onBack: (atUnixMs) => {
        lost.delete(one);
        if (lost.size === 0) options.onBack(atUnixMs, 'reports');
      },
    };
  };
  const follow = <T>(
    resource: OptionalResource,
    schema: z.ZodType<T>,
    own: Pick<ResourceWatchOptions<T>, 'onObject' | 'query' | 'fromNow'> & { namespace?: string },
  ): ResourceWatch => {
    const watch = watchResource({
      config,
      resource,
      namespace,
      schema,
      life,
      ...own,
      ...lossOf(resource),
    });
    watches.push(watch);
    return watch;
  };

  /** Told once a revision, and again when its settings change: of one that has pods, as older ones may be as they were. */
  const compared = new Map<string, string>();
  const compare = (revision: string, theirs: ReadonlyMap<string, string>, atUnixMs: number): void => {
    const ours = scalingSettings(service.annotations, service.containerConcurrency);
    const differing = differingSettings(ours, theirs);
    const text = JSON.stringify(differing);
    if (compared.get(revision) === text) return;
    compared.set(revision, text);
    for (const one of differing) tell({ kind: 'setting', revision, ...one, atUnixMs, serverAtUnixMs: null });
  };

  const settings = new RevisionsTold((report, atUnixMs) =>
    tell({ kind: 'revision', ...report, atUnixMs, serverAtUnixMs: null }),
  );

  const scales = async <T>(resource: ScaleResource<T>, isExpected = true): Promise<Message | null> => {
    const told = new Map<string, string>();
    const watch = follow(resource, resource.schema, {
      query: { labelSelector },
      onObject: (type, object, atUnixMs) => {
        const stated = resource.scaleOf(object);
        const scale = type === 'DELETED' ? { ...stated, desired: null, actual: null, reason: null } : stated;
        revisions.add(scale.revision);
        if (type !== 'DELETED' && resource.revisionOf)
          settings.take('podautoscaler', resource.revisionOf(object), atUnixMs);
        if ((scale.desired ?? 0) > 0 && resource.settingsOf)
          compare(scale.revision, resource.settingsOf(object), atUnixMs);
        const text = JSON.stringify(scale);
        if (told.get(scale.revision) === text) return;
        told.set(scale.revision, text);
        const serverAtUnixMs = type === 'DELETED' ? null : toOurClock(changedUnixMs(object));
        tell({ kind: 'scale', source: resource.source, ...scale, atUnixMs, serverAtUnixMs });
      },
    });
    const why = await watch.listed;
    if (why || !isExpected || told.size > 0 || isLost(resource)) return why;
    return message('unread.none-of-service', {
      resource: resourceName(resource),
      name: `${namespace}/${name}`,
      without: resource.without,
    });
  };

  const revisionWatch = follow(revisionResource, revisionSchema, {
    query: { labelSelector },
    onObject: (type, object, atUnixMs) => {
      if (type === 'DELETED') return;
      revisions.add(object.metadata.name);
      settings.take('revision', revisionOf(object), atUnixMs);
    },
  });
  let sharesTold = '';
  const routeWatch = follow(routes, routeSchema, {
    query: { labelSelector },
    onObject: (type, object, atUnixMs) => {
      const shares = type === 'DELETED' ? [] : sharesOf(object);
      const text = JSON.stringify(shares);
      if (shares.length === 0 || text === sharesTold) return;
      sharesTold = text;
      tell({ kind: 'traffic', shares, atUnixMs, serverAtUnixMs: null });
    },
  });

  let readinessTold = '';
  const serviceWatch = follow(services, readinessSchema, {
    query: { fieldSelector: `metadata.name=${name}` },
    onObject: (type, object, atUnixMs) => {
      if (type === 'DELETED') return;
      const readiness = readinessOf(object);
      const text = JSON.stringify(readiness);
      if (text === readinessTold) return;
      readinessTold = text;
      const serverAtUnixMs = toOurClock(changedUnixMs(object));
      tell({ kind: 'service', ...readiness, atUnixMs, serverAtUnixMs });
    },
  });

  /** How often each Event was told to have come. */
  const seenEvents = new Map<string, number>();
  const isOwn = (event: WatchedReport): boolean => {
    if (event.kind !== 'event') return false;
    if (pods.has(event.uid)) return true;
    if (event.object === 'Pod' || event.object === 'ReplicaSet' || event.object === 'Deployment')
      return [...revisions].some((revision) => event.name.startsWith(`${revision}-deployment`));
    return revisions.has(event.name) || (event.object === 'Service' && event.name === name);
  };
  const release = (): void => {
    const own = held.filter(isOwn);
    held = held.filter((event) => !own.includes(event));
    own.forEach(tell);
  };
  const eventWatch = follow(events, eventSchema, {
    query: {},
    fromNow: true,
    onObject: (type, object, atUnixMs) => {
      const key = object.metadata.uid ?? object.metadata.name;
      const stated = type === 'DELETED' ? null : eventOf(object);
      if (!stated || stated.count <= (seenEvents.get(key) ?? 0)) return;
      seenEvents.set(key, stated.count);
      const event = { ...stated, atUnixMs, serverAtUnixMs: toOurClock(stated.serverAtUnixMs) };
      if (isOwn(event)) tell(event);
      else if (event.object === 'Pod' && held.push(event) > mostHeld) held.shift();
    },
  });
  const sinceUnixMs = steadyNow();
  const nodesTold = new Set<string>();
  const nodeWatch = follow(nodes, nodeSchema, {
    query: {},
    fromNow: true,
    onObject: (type, { metadata }, atUnixMs) => {
      const serverAtUnixMs = toOurClock(toUnixMs(metadata.creationTimestamp));
      // A list tells of old nodes, too, that only changed.
      const isNew = type === 'ADDED' || (type === 'LIST' && (serverAtUnixMs ?? 0) >= sinceUnixMs);
      if (!isNew || nodesTold.has(metadata.name)) return;
      nodesTold.add(metadata.name);
      tell({ kind: 'node', name: metadata.name, atUnixMs, serverAtUnixMs });
    },
  });
  // The pod itself is asked each two seconds, and what it says is newer: a server's scrapes stand in for it.
  const server = options.prometheus ?? null;
  /** Null: the pod is read. */
  let podUnreadSinceMs: number | null = null;
  const podLoss = lossOf(autoscalerProxy);
  const autoscaler = followAutoscaler({
    config,
    namespace,
    revisions,
    onReport: (seen, atUnixMs) => tell({ kind: 'autoscaler', ...seen, atUnixMs, serverAtUnixMs: null }),
    onLost: (why, atUnixMs) => {
      podUnreadSinceMs = atUnixMs;
      podLoss.onLost(
        server ? message('gaps.prometheus-stands-in', { cause: why, url: server.url }) : why,
        atUnixMs,
      );
      prometheus?.askNow();
    },
    onBack: (atUnixMs) => {
      podUnreadSinceMs = null;
      podLoss.onBack(atUnixMs);
    },
  });
  /** What is not read of the activators; where none is, a Prometheus server's scrapes stand in. Null: they are read. */
  let activatorsUnreadSinceMs: number | null = null;
  const withoutActivators = (why: Message, sinceUnixMs: number): Message => {
    if (!server || why.code === 'unread.some-pods') return why;
    activatorsUnreadSinceMs = sinceUnixMs;
    return message('gaps.prometheus-stands-in', { cause: why, url: server.url });
  };
  const activators = isKpa(service.annotations)
    ? followActivators({
        config,
        namespace,
        revisions,
        onReport: (held, atUnixMs) => tell({ kind: 'activator', ...held, atUnixMs, serverAtUnixMs: null }),
        onLost: (why, atUnixMs) => {
          options.onLost(withoutActivators(why, atUnixMs), atUnixMs, 'activator');
          prometheus?.askNow();
        },
        onBack: (atUnixMs) => {
          activatorsUnreadSinceMs = null;
          options.onBack(atUnixMs, 'activator');
        },
      })
    : null;
  const usage = isScaledOnUsage(service.annotations)
    ? followPodMetrics({
        config,
        namespace,
        labelSelector,
        clock,
        pods: seenPods,
        onUsage: (used, atUnixMs) => tell({ kind: 'usage', pods: used, atUnixMs, serverAtUnixMs: null }),
        ...lossOf(podMetrics),
      })
    : null;
  const prometheus =
    server &&
    followPrometheus({
      server,
      namespace,
      revisions,
      wantedSinceMs: (teller) => (teller === 'activator' ? activatorsUnreadSinceMs : podUnreadSinceMs),
      onReport: (seen, times) => {
        tell({ kind: 'autoscaler', ...seen, ...times });
        podLoss.onBack(times.serverAtUnixMs);
      },
      onActivator: (held, times) => {
        tell({ kind: 'activator', ...held, ...times });
        options.onBack(times.serverAtUnixMs, 'activator');
      },
    });
  const autoscalerUnread = async (): Promise<Message[]> => {
    const [pod, scraped] = await Promise.all([autoscaler.listed, prometheus?.listed ?? null]);
    if (pod !== null) podUnreadSinceMs = 0;
    const standsIn = prometheus !== null && scraped === null;
    return [pod && !standsIn ? pod : null, scraped].filter((why) => why !== null);
  };
  const unread = Promise.all([
    ...(usage ? [usage.listed] : []),
    scales(podAutoscalers),
    revisionWatch.listed.then((why) => {
      settings.listen(why || isLost(revisionResource) ? 'podautoscaler' : 'revision');
      return why;
    }),
    routeWatch.listed,
    serviceWatch.listed,
    ...(isHpa(service.annotations) ? [scales(horizontalPodAutoscalers, false)] : []),
    scales(deployments),
    eventWatch.listed,
    nodeWatch.listed,
    watchConfigMaps(follow, {
      onChange: (change, atUnixMs) => tell({ kind: 'config', ...change, atUnixMs, serverAtUnixMs: null }),
      onAutoscaler: (data) => {
        if (!stopped) options.onSettings?.(data);
      },
    }),
    autoscalerUnread(),
    ...(activators ? [activators.listed.then((why) => why && withoutActivators(why, 0))] : []),
  ]).then((found) => found.flat().filter((why) => why !== null));
  return {
    unread,
    revisions,
    knowPod(uid, revision) {
      const known = pods.has(uid) && (revision === null || revisions.has(revision));
      pods.add(uid);
      if (revision !== null) {
        revisions.add(revision);
        settings.hasPods(revision);
      }
      if (!known) release();
    },
    seePod(podName, pod) {
      if (pod) seenPods.set(podName, pod);
      else seenPods.delete(podName);
    },
    stop() {
      stopped = true;
      usage?.stop();
      autoscaler.stop();
      activators?.stop();
      prometheus?.stop();
      for (const watch of watches) watch.stop();
    },
  };
}

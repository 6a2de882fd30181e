import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { ClockOffset } from '@/lib/cluster/clock-offset';
import { autoscalerConfigMap } from '@/lib/cluster/config-maps';
import { settingsUnread } from '@/lib/cluster/settings-unread';
import {
  applyKnativeService,
  listKnativeServices,
  readConfigMap,
  readKnativeService,
} from '@/lib/cluster/knative';
import { followPodMetrics } from '@/lib/cluster/pod-metrics';
import { listRevisions } from '@/lib/cluster/revisions';
import { countPods } from '@/lib/cluster/watch-pods';
import { watchReports, type WatchedReport } from '@/lib/cluster/watch-reports';
import { variable } from '@/lib/environment/environment';
import { message, type Message } from '@/lib/model/message';
import { english, textOf } from '@/lib/words/english';
import { ControlPlane, haveParts } from './control-plane';
import { makePod, pods, shop } from './pods';

const theirs = variable('SCALETRACE_CRDS');
const kinds: [string, string][] = [
  ['our own small ones', 'testdata/crds'],
  ...(theirs ? ([['Knative’s', theirs]] as [string, string][]) : []),
];
const ms = 10_000;
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const reader = `${rbac}/clusterroles/scaletrace-read`;

const ruleSchema = z.looseObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
});
const documentSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  rules: z.array(ruleSchema).optional(),
});
const documents = parseAllDocuments(readFileSync('deploy/rbac.yaml', 'utf8')).map((document) =>
  documentSchema.parse(document.toJS()),
);
const rules = documents.find(
  ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'scaletrace-read',
)!.rules!;
const rights = rules.flatMap(({ apiGroups: [group = ''], resources, verbs }) =>
  resources.flatMap((resource) =>
    verbs.map((verb) => ({
      group,
      resource: group === 'metrics.k8s.io' ? `${resource}.${group}` : resource,
      verb,
    })),
  ),
);

/** No autoscaler and no metrics-server are beside this API server: that they cannot be read is true, whatever the rights. */
function ofRights(unread: readonly Message[]): Message[] {
  const none = [message('unread.without-autoscaler'), message('unread.without-activator')].map(english);
  return unread.filter(
    (why) =>
      !none.some((without) => english(why).includes(without)) &&
      !(english(why).startsWith('pods.metrics.k8s.io') && why.code === 'unread.not-installed'),
  );
}

/** All that Scaletrace says of what it may not read. */
async function complaints(config: KubeConfig): Promise<string[]> {
  const lost: Message[] = [];
  const reports = watchReports({
    config,
    // HPAs are asked for where one decides.
    service: { ...shop, annotations: { 'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev' } },
    clock: new ClockOffset(),
    onReport: () => {},
    onLost: (why) => lost.push(why),
    onBack: () => {},
  });
  try {
    const [unread, configMap, ...refused] = await Promise.all([
      reports.unread,
      readConfigMap(config, ...autoscalerConfigMap, { ms }),
      ...[
        countPods(config, 'default', shop.podSelector, ms),
        listKnativeServices(config),
        readKnativeService(config, 'default', 'shop'),
      ].map((asked) => asked.then(() => null, textOf)),
    ]);
    // What may be listed and not watched is lost just after.
    await pause(300);
    const said = [...ofRights(unread), ...lost, ...(configMap.unread ? [configMap.unread] : [])].map(english);
    return [...new Set(said), ...refused.filter((one) => one !== null)];
  } finally {
    reports.stop();
  }
}

describe.skipIf(!haveParts('etcd', 'kube-apiserver', 'openssl')).each(kinds)(
  'the rights of deploy/rbac.yaml in a real API server, by %s',
  (_what, crds) => {
    let plane: ControlPlane;
    let config: KubeConfig;
    const labels = {
      'serving.knative.dev/service': 'shop',
      'serving.knative.dev/configuration': 'shop',
      'serving.knative.dev/revision': 'shop-blue',
    };
    const autoscalers = '/apis/autoscaling.internal.knative.dev/v1alpha1/namespaces/default/podautoscalers';

    beforeAll(async () => {
      plane = await ControlPlane.start();
      await plane.install(crds);
      for (const name of ['scaletrace', 'knative-serving'])
        await plane.do('POST', '/api/v1/namespaces', { metadata: { name } });
      await plane.do('POST', '/api/v1/namespaces/knative-serving/configmaps', {
        metadata: { name: 'config-autoscaler' },
        data: { 'stable-window': '30s' },
      });
      for (const { kind, ...document } of documents) {
        if (document.metadata.name === 'scaletrace-apply') continue;
        const { namespace } = document.metadata;
        const base = kind === 'ServiceAccount' ? '/api/v1' : rbac;
        const inside = namespace ? `/namespaces/${namespace}` : '';
        await plane.do('POST', `${base}${inside}/${kind.toLowerCase()}s`, document);
      }
      await plane.adopt('scaletrace', 'scaletrace');
      config = plane.config({ token: plane.token('scaletrace') });
      // A service at work, as Knative's controller writes it.
      await plane.do('POST', '/apis/serving.knative.dev/v1/namespaces/default/services', {
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Service',
        metadata: { name: 'shop' },
        spec: { template: { spec: { containers: [{ image: 'none' }] } } },
      });
      await plane.do('POST', '/apis/serving.knative.dev/v1/namespaces/default/revisions', {
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Revision',
        metadata: { name: 'shop-blue', labels },
        spec: { containers: [{ image: 'none' }] },
      });
      await plane.do('POST', autoscalers, {
        apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
        kind: 'PodAutoscaler',
        metadata: { name: 'shop-blue', labels },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-blue-deployment' },
          protocolType: 'http1',
          reachability: 'Reachable',
          containerConcurrency: 5,
        },
      });
      await plane.do('POST', '/apis/apps/v1/namespaces/default/deployments', {
        metadata: { name: 'shop-blue-deployment', labels },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: 'user-container', image: 'none' }] },
          },
        },
      });
    });
    afterAll(() => plane.close());

    it('are enough for all that is read', async () => {
      expect(await complaints(config)).toEqual([]);
      expect(await listRevisions(config, 'default', 'shop', { ms })).toEqual(['shop-blue']);
    });

    it('says by name that pods’ CPU and memory are not served, and what is not known then', async () => {
      const usage = followPodMetrics({
        config,
        namespace: 'default',
        labelSelector: shop.podSelector,
        clock: new ClockOffset(),
        pods: new Map(),
        onUsage: () => {},
        onLost: () => {},
        onBack: () => {},
      });
      const why = await usage.listed;
      usage.stop();
      expect(why?.code).toBe('unread.not-installed');
      expect(english(why!)).toMatch(/^pods\.metrics\.k8s\.io: .*404.*CPU and memory were not recorded/);
    });

    it.each(rights)(
      'names the right to $verb $resource where it was taken away, and complains of nothing else',
      async ({ group, resource, verb }) => {
        const without = rules
          .map((rule) =>
            rule.apiGroups.includes(group) && rule.resources.includes(resource.split('.')[0]!)
              ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) }
              : rule,
          )
          .filter(({ verbs }) => verbs.length > 0);
        await plane.do('PUT', reader, { metadata: { name: 'scaletrace-read' }, rules: without });
        try {
          // The API server hears of it by a watch of its own.
          await vi.waitFor(
            async () => {
              const said = await complaints(config);
              // The services are listed to import them, and watched during a run.
              expect(said).not.toEqual([]);
              for (const one of said) {
                expect(one).toContain(resource);
                expect(one).toContain(verb);
              }
            },
            { timeout: 20_000, interval: 200 },
          );
        } finally {
          await plane.do('PUT', reader, { metadata: { name: 'scaletrace-read' }, rules });
        }
      },
    );

    it.each(['get', 'list', 'watch'])(
      'to the cluster’s own settings: the connection test names “%s” where it was taken away',
      async (verb) => {
        const role = `${rbac}/namespaces/knative-serving/roles/scaletrace-read`;
        const own = documents.find(({ kind }) => kind === 'Role')!.rules!;
        const without = own
          .map((rule) => ({ ...rule, verbs: rule.verbs.filter((one) => one !== verb) }))
          .filter(({ verbs }) => verbs.length > 0);
        expect(await settingsUnread(config, ms)).toBeNull();
        await plane.do('PUT', role, { metadata: { name: 'scaletrace-read' }, rules: without });
        try {
          await vi.waitFor(
            async () => {
              const why = await settingsUnread(config, ms);
              expect(why && english(why)).toMatch(
                new RegExp(`^configmaps.*may not ${verb}.*knative-serving \\(403\\)`),
              );
            },
            { timeout: 20_000, interval: 200 },
          );
        } finally {
          await plane.do('PUT', role, { metadata: { name: 'scaletrace-read' }, rules: own });
        }
        await vi.waitFor(async () => expect(await settingsUnread(config, ms)).toBeNull(), {
          timeout: 20_000,
          interval: 200,
        });
      },
    );

    it('let services be applied by those alone who were given that', async () => {
      const yaml =
        'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: applied}\nspec: {template: {spec: {containers: [{image: none}]}}}\n';
      expect(await applyKnativeService(config, yaml).catch(textOf)).toMatch(
        /cannot create resource "services"/,
      );
      await plane.account(
        'applier',
        documents.find(
          ({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === 'scaletrace-apply',
        )!.rules!,
      );
      const own = plane.config({ token: plane.token('applier') });
      for (const text of [yaml, yaml.replace('none', 'other')])
        expect(await applyKnativeService(own, text)).toMatchObject({ name: 'applied' });
    });

    it('let an account of one namespace import from it', async () => {
      await plane.account('of-default', rules);
      const own = plane.config({ token: plane.token('of-default'), namespace: 'default' });
      expect((await listKnativeServices(own)).map(({ name }) => name)).toContain('shop');
      const elsewhere = plane.config({ token: plane.token('of-default'), namespace: 'knative-serving' });
      expect(await listKnativeServices(elsewhere).catch(textOf)).toMatch(
        /cannot list resource "services" in API group "serving.knative.dev" in the namespace "knative-serving"/,
      );
    });

    it('hears decisions and Events as Knative and the kubelet write them', async () => {
      const reports: WatchedReport[] = [];
      const watch = watchReports({
        config,
        service: shop,
        clock: new ClockOffset(),
        onReport: (report) => reports.push(report),
        onLost: () => {},
        onBack: () => {},
      });
      try {
        expect(ofRights(await watch.unread)).toEqual([]);
        await plane.change(`${autoscalers}/shop-blue/status`, {
          status: {
            observedGeneration: 1,
            serviceName: 'shop-blue',
            metricsServiceName: 'shop-blue-private',
            desiredScale: 3,
            actualScale: 1,
            conditions: [
              { type: 'Active', status: 'True', lastTransitionTime: '2026-11-27T07:00:00Z' },
              { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-27T07:00:00Z' },
            ],
          },
        });
        await makePod(plane, 'shop-blue-deployment-1', 'shop');
        const { metadata } = await plane.do('GET', `${pods}/shop-blue-deployment-1`);
        watch.knowPod(metadata?.uid ?? '', 'shop-blue');
        const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
        await plane.do('POST', '/api/v1/namespaces/default/events', {
          metadata: { generateName: 'shop-blue-deployment-1.' },
          involvedObject: {
            apiVersion: 'v1',
            kind: 'Pod',
            namespace: 'default',
            name: 'shop-blue-deployment-1',
            uid: metadata?.uid,
          },
          reason: 'FailedScheduling',
          message: '0/1 nodes are available: 1 Insufficient cpu.',
          type: 'Warning',
          count: 1,
          firstTimestamp: now,
          lastTimestamp: now,
          source: { component: 'default-scheduler' },
        });
        const has = (part: object): void => expect(reports).toContainEqual(expect.objectContaining(part));
        await vi.waitFor(
          () => {
            has({ kind: 'scale', source: 'podautoscaler', revision: 'shop-blue', desired: 3, actual: 1 });
            has({ kind: 'event', reason: 'FailedScheduling', type: 'Warning', uid: metadata?.uid });
          },
          { timeout: 20_000, interval: 50 },
        );
        expect(watch.revisions).toContain('shop-blue');
      } finally {
        watch.stop();
      }
    });
  },
);

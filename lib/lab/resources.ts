import { type ClusterState } from './cluster-state';
import { type Resource } from './kube-api';
import { type Namespaces } from './namespaces';
import { type TestRuns } from './test-runs';
import { type KubeObject } from './object-store';
import { asNewEvent } from './objects/events';
import {
  deploymentTable,
  domainMappingTable,
  eventTable,
  hpaTable,
  nodeTable,
  plainTable,
  podAutoscalerTable,
  podTable,
  replicaSetTable,
  readyTable,
  revisionTable,
  serviceTable,
  testRunTable,
} from './tables';

/** What is done where somebody writes an object. */
export interface Writers {
  namespaces: Namespaces;
  admitService: (object: KubeObject, old: KubeObject | undefined) => KubeObject;
  removeService: (object: KubeObject) => void;
  admitDomainMapping: (object: KubeObject, old: KubeObject | undefined) => KubeObject;
  admitConfigMap: (object: KubeObject) => KubeObject;
  removePod: (object: KubeObject, options: { atOnce: boolean }) => void;
  /** Null: the cluster has no k6-operator. */
  testRuns: TestRuns | null;
}

const knative = { categories: ['all', 'knative', 'serving'] };

/** The resources that the lab's API serves, as discovery lists them, by group, version and plural name. */
export function labResources(cluster: ClusterState, writers: Writers): Map<string, Resource> {
  const { configMaps } = cluster;
  const all: Resource[] = [
    {
      apiVersion: 'v1',
      plural: 'pods',
      kind: 'Pod',
      shortNames: ['po'],
      store: cluster.pods,
      table: podTable,
      remove: writers.removePod,
    },
    {
      apiVersion: 'v1',
      plural: 'nodes',
      kind: 'Node',
      shortNames: ['no'],
      namespaced: false,
      store: cluster.nodeObjects,
      table: nodeTable,
    },
    {
      apiVersion: 'v1',
      plural: 'events',
      kind: 'Event',
      shortNames: ['ev'],
      store: cluster.eventObjects,
      table: eventTable,
    },
    {
      apiVersion: 'v1',
      plural: 'configmaps',
      kind: 'ConfigMap',
      shortNames: ['cm'],
      store: configMaps,
      table: plainTable,
      writable: true,
      admit: writers.admitConfigMap,
      remove: (map) => configMaps.remove(map.metadata.namespace, map.metadata.name),
    },
    {
      apiVersion: 'v1',
      plural: 'namespaces',
      kind: 'Namespace',
      shortNames: ['ns'],
      namespaced: false,
      store: cluster.namespaces,
      table: plainTable,
      writable: true,
      admit: (object) => writers.namespaces.admit(object),
      remove: (namespace) => {
        writers.namespaces.remove(namespace);
        const isIn = (object: KubeObject): boolean => object.metadata.namespace === namespace.metadata.name;
        cluster.services.list().filter(isIn).forEach(writers.removeService);
        for (const { metadata } of cluster.domainMappings.list().filter(isIn))
          cluster.domainMappings.remove(metadata.namespace, metadata.name);
        for (const testRun of cluster.testRuns.list().filter(isIn)) writers.testRuns?.remove(testRun);
        for (const store of [configMaps, cluster.secrets])
          for (const { metadata } of store.list().filter(isIn))
            store.remove(metadata.namespace, metadata.name);
      },
    },
    {
      apiVersion: 'events.k8s.io/v1',
      plural: 'events',
      kind: 'Event',
      shortNames: ['ev'],
      store: cluster.eventObjects,
      table: eventTable,
      show: asNewEvent,
    },
    ...(writers.testRuns === null ? [] : operatorResources(cluster, writers.testRuns)),
    {
      apiVersion: 'apps/v1',
      plural: 'deployments',
      kind: 'Deployment',
      shortNames: ['deploy'],
      categories: ['all'],
      store: cluster.deployments,
      table: deploymentTable,
    },
    {
      apiVersion: 'apps/v1',
      plural: 'replicasets',
      kind: 'ReplicaSet',
      shortNames: ['rs'],
      categories: ['all'],
      store: cluster.replicaSets,
      table: replicaSetTable,
    },
    {
      apiVersion: 'autoscaling/v2',
      plural: 'horizontalpodautoscalers',
      kind: 'HorizontalPodAutoscaler',
      shortNames: ['hpa'],
      categories: ['all'],
      store: cluster.horizontalPodAutoscalers,
      table: hpaTable,
    },
    {
      apiVersion: 'metrics.k8s.io/v1beta1',
      plural: 'pods',
      kind: 'PodMetrics',
      shortNames: [],
      store: cluster.podMetrics,
      table: plainTable,
      watched: false,
      isServed: () => !cluster.faults.current.noPodMetrics,
    },
    {
      apiVersion: 'serving.knative.dev/v1',
      plural: 'services',
      kind: 'Service',
      shortNames: ['kservice', 'ksvc'],
      ...knative,
      store: cluster.services,
      table: serviceTable,
      writable: true,
      admit: writers.admitService,
      remove: writers.removeService,
    },
    {
      apiVersion: 'serving.knative.dev/v1',
      plural: 'configurations',
      kind: 'Configuration',
      shortNames: ['config', 'cfg'],
      ...knative,
      store: cluster.configurations,
      table: readyTable,
    },
    {
      apiVersion: 'serving.knative.dev/v1',
      plural: 'revisions',
      kind: 'Revision',
      shortNames: ['rev'],
      ...knative,
      store: cluster.revisions,
      table: revisionTable,
    },
    {
      apiVersion: 'serving.knative.dev/v1',
      plural: 'routes',
      kind: 'Route',
      shortNames: ['rt'],
      ...knative,
      store: cluster.routes,
      table: readyTable,
    },
    {
      apiVersion: 'serving.knative.dev/v1beta1',
      plural: 'domainmappings',
      kind: 'DomainMapping',
      shortNames: ['dm'],
      ...knative,
      store: cluster.domainMappings,
      table: domainMappingTable,
      writable: true,
      admit: writers.admitDomainMapping,
      remove: ({ metadata }) => cluster.domainMappings.remove(metadata.namespace, metadata.name),
    },
    {
      apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
      plural: 'podautoscalers',
      kind: 'PodAutoscaler',
      shortNames: ['kpa', 'pa'],
      categories: ['knative-internal', 'autoscaling'],
      store: cluster.podAutoscalers,
      table: podAutoscalerTable,
    },
  ];
  return new Map(all.map((resource) => [`${resource.apiVersion}/${resource.plural}`, resource]));
}

/** What k6-operator's runs are made of. */
function operatorResources(cluster: ClusterState, testRuns: TestRuns): Resource[] {
  const { secrets } = cluster;
  return [
    {
      apiVersion: 'v1',
      plural: 'secrets',
      kind: 'Secret',
      shortNames: [],
      store: secrets,
      table: plainTable,
      writable: true,
      remove: ({ metadata }) => secrets.remove(metadata.namespace, metadata.name),
    },
    {
      apiVersion: 'batch/v1',
      plural: 'jobs',
      kind: 'Job',
      shortNames: [],
      categories: ['all'],
      store: cluster.jobs,
      table: plainTable,
    },
    {
      apiVersion: 'k6.io/v1alpha1',
      plural: 'testruns',
      kind: 'TestRun',
      shortNames: [],
      store: cluster.testRuns,
      table: testRunTable,
      writable: true,
      admit: (object) => testRuns.admit(object),
      remove: (object) => testRuns.remove(object),
    },
  ];
}

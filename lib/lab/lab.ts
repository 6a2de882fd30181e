import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { UserError } from '@/lib/environment/user-error';
import { faultsSchema, noFaults, type Faults } from './faults';
import { Gateway } from './gateway';
import { KubeApi, type Resource } from './kube-api';
import {
  knativeServiceSchema,
  labAutoscalerConfig,
  validateService,
  type KnativeService,
} from './knative-service';
import { ObjectStore, VersionClock, type KubeObject } from './object-store';
import { Revision } from './revision';
import { invalidService, StatusError } from './status';
import { plainTable, podTable, serviceTable } from './tables';
import { prometheusText } from './upstream';

export interface LabOptions {
  /** 0: any free port. */
  gatewayPort: number;
  apiPort: number;
  metricsPort: number;
  /** Where the kubeconfig and the applied services are kept. */
  stateDir: string;
  /** Requests that may wait for one revision. */
  maxPending?: number;
}

export interface Lab {
  gatewayUrl: string;
  apiUrl: string;
  metricsUrl: string;
  kubeconfig: string;
  close: () => Promise<void>;
}

const host = '127.0.0.1';
const system = 'knative-serving';

/** Starts gateway, Kubernetes API and autoscaler on loopback. Rejects when a port is taken. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const clock = new VersionClock();
  const pods = new ObjectStore(clock);
  const services = new ObjectStore<KnativeService>(clock);
  const configMaps = new ObjectStore(clock);
  const namespaces = new ObjectStore(clock);
  const revisions = new Map<string, Revision>();
  const retiring = new Set<Revision>();
  const gateway = new Gateway({ maxPending: options.maxPending ?? 10_000 });
  let closing = false;

  const faults = (): Faults => {
    const parsed = faultsSchema.safeParse(dataOf(configMaps.get(system, 'scaletrace-lab-faults')));
    return parsed.success ? parsed.data : noFaults;
  };
  const keyOf = (object: KubeObject): string => `${object.metadata.namespace}/${object.metadata.name}`;
  const hostOf = (object: KubeObject): string =>
    `${object.metadata.name}.${object.metadata.namespace}.example.com`;

  const deploy = async (service: KnativeService): Promise<void> => {
    const generation = service.metadata.generation ?? 1;
    const name = `${service.metadata.name}-${`${generation}`.padStart(5, '0')}`;
    const old = revisions.get(keyOf(service));
    if (old?.name === name) return;
    const revision = new Revision(
      service,
      name,
      pods,
      faults,
      dataOf(configMaps.get(system, 'config-autoscaler')),
    );
    revisions.set(keyOf(service), revision);
    setStatus(service, name, false);
    await revision.untilServing();
    if (closing || revisions.get(keyOf(service)) !== revision) return;
    gateway.route(hostOf(service), revision.upstream);
    setStatus(service, name, true);
    if (old) await retire(old);
  };
  const retire = async (revision: Revision): Promise<void> => {
    retiring.add(revision);
    await revision.retire();
  };
  const setStatus = (service: KnativeService, revision: string, ready: boolean): void => {
    const current = services.get(service.metadata.namespace, service.metadata.name);
    if (!current) return;
    const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    services.update({
      ...current,
      status: {
        url: `http://${hostOf(service)}`,
        address: { url: `http://${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local` },
        observedGeneration: current.metadata.generation,
        latestCreatedRevisionName: revision,
        ...(ready ? { latestReadyRevisionName: revision } : {}),
        conditions: ['ConfigurationsReady', 'Ready', 'RoutesReady'].map((type) => ({
          type,
          status: ready ? 'True' : 'Unknown',
          lastTransitionTime,
        })),
        traffic: [{ latestRevision: true, percent: 100, revisionName: revision }],
      },
    });
  };

  const admitService = (object: KubeObject, old: KubeObject | undefined): KubeObject => {
    const causes = validateService(object);
    if (causes.length > 0) throw invalidService(object.metadata.name, causes);
    const service = knativeServiceSchema.parse(object) as KnativeService;
    const changed = !old || JSON.stringify((old as KnativeService).spec) !== JSON.stringify(service.spec);
    const admitted = {
      ...service,
      metadata: { ...service.metadata, generation: (old?.metadata.generation ?? 0) + (changed ? 1 : 0) },
    };
    return admitted;
  };

  const serviceResource: Resource = {
    store: services,
    listKind: 'ServiceList',
    apiVersion: 'serving.knative.dev/v1',
    table: serviceTable,
    writable: true,
    admit: admitService,
    remove: (object) => {
      gateway.unroute(hostOf(object));
      const revision = revisions.get(keyOf(object));
      revisions.delete(keyOf(object));
      services.remove(object.metadata.namespace, object.metadata.name);
      if (revision) void retire(revision);
    },
  };
  const resources = new Map<string, Resource>([
    ['serving.knative.dev/v1/services', serviceResource],
    [
      'v1/pods',
      {
        store: pods,
        listKind: 'PodList',
        apiVersion: 'v1',
        table: podTable,
        writable: false,
        remove: (pod) => [...revisions.values()].forEach((revision) => revision.deletePod(pod.metadata.name)),
      },
    ],
    [
      'v1/configmaps',
      {
        store: configMaps,
        listKind: 'ConfigMapList',
        apiVersion: 'v1',
        table: plainTable,
        writable: true,
        admit: admitConfigMap,
        remove: (map) => configMaps.remove(map.metadata.namespace, map.metadata.name),
      },
    ],
    [
      'v1/namespaces',
      { store: namespaces, listKind: 'NamespaceList', apiVersion: 'v1', table: plainTable, writable: false },
    ],
  ]);
  const api = new KubeApi(resources, clock);
  const metrics = createServer((request, response) => {
    if (request.url !== '/stats/prometheus') return void response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
      .end(
        prometheusText([
          ...[...revisions.values()].map((r) => r.upstream),
          ...[...retiring].map((r) => r.upstream),
        ]),
      );
  });

  const gatewayUrl = await listen(gateway.server, options.gatewayPort, 'gateway', '--gateway-port');
  const servers: HttpServer[] = [];
  const shut = async (): Promise<void> =>
    void (await Promise.all([gateway.close(), ...servers.map((server) => closeServer(server))]));
  let apiUrl: string;
  let metricsUrl: string;
  try {
    apiUrl = await listen(api.server, options.apiPort, 'Kubernetes API', '--api-port');
    servers.push(api.server);
    metricsUrl = `${await listen(metrics, options.metricsPort, 'gateway metrics', '--metrics-port')}/stats/prometheus`;
    servers.push(metrics);
  } catch (error) {
    await shut();
    throw error;
  }

  namespaces.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default', namespace: 'default' },
  });
  const configMap = (name: string, data: Record<string, string>): void => {
    configMaps.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: system }, data });
  };
  configMap('config-autoscaler', labAutoscalerConfig);
  configMap('config-domain', { 'example.com': '' });
  configMap('scaletrace-gateway', { gatewayUrl, metricsUrl, clusterLabelFormat: '{namespace}/{revision}' });
  configMap('scaletrace-lab-faults', {});

  const labDir = join(options.stateDir, 'lab');
  mkdirSync(labDir, { recursive: true });
  const kept = join(labDir, 'services.json');
  const kubeconfig = join(options.stateDir, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(apiUrl), { mode: 0o600 });
  services.subscribe((event) => {
    if (closing) return;
    writeFileSync(kept, JSON.stringify(services.list().map(({ status: _status, ...service }) => service)));
    if (event.type !== 'DELETED')
      void deploy(event.object as KnativeService).catch((error: unknown) => console.error('lab', error));
  });
  for (const service of readKept(kept)) {
    if (validateService(service).length === 0) services.create(service);
  }

  let lastCrashMs = Date.now();
  const crashes = setInterval(() => {
    const everyMs = faults().crashPodEveryMs;
    if (everyMs === 0 || Date.now() - lastCrashMs < everyMs) return;
    lastCrashMs = Date.now();
    for (const revision of revisions.values()) revision.crashOne();
  }, 100);

  return {
    gatewayUrl,
    apiUrl,
    metricsUrl,
    kubeconfig,
    async close() {
      closing = true;
      clearInterval(crashes);
      for (const revision of [...revisions.values(), ...retiring]) revision.close();
      await shut();
    },
  };
}

function admitConfigMap(object: KubeObject): KubeObject {
  if (object.metadata.name === 'scaletrace-lab-faults') {
    const parsed = faultsSchema.safeParse(dataOf(object));
    if (!parsed.success)
      throw new StatusError(
        422,
        'Invalid',
        parsed.error.issues.map((issue) => `data.${issue.path.join('.')}: ${issue.message}`).join('; '),
      );
  }
  return object;
}

function dataOf(configMap: KubeObject | undefined): Record<string, string> {
  return z
    .record(z.string(), z.string())
    .catch({})
    .parse(configMap?.data ?? {});
}

function readKept(file: string): KnativeService[] {
  try {
    return z.array(knativeServiceSchema).parse(JSON.parse(readFileSync(file, 'utf8'))) as KnativeService[];
  } catch {
    return [];
  }
}

// The client library takes plain HTTP only where certificates are not asked for: there are none on loopback.
function kubeconfigOf(server: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'scaletrace-lab',
    clusters: [{ name: 'scaletrace-lab', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'scaletrace-lab', user: {} }],
    contexts: [
      {
        name: 'scaletrace-lab',
        context: { cluster: 'scaletrace-lab', user: 'scaletrace-lab', namespace: 'default' },
      },
    ],
  });
}

function listen(server: Server, port: number, what: string, option: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new UserError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} for the lab's ${what} is taken: stop the program that has it, or choose another with ${option}.`
            : `The lab's ${what} cannot listen on port ${port}: ${error.message}`,
        ),
      );
    });
    server.listen(port, host, () => resolve(`http://${host}:${(server.address() as AddressInfo).port}`));
  });
}

function closeServer(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { UserError } from '@/lib/environment/user-error';

import { Authority } from './certificates';
import { ClusterState } from './cluster-state';
import { DomainMappings } from './domain-mappings';
import { GatewayCertificate } from './gateway-certificate';
import { faultsSchema, noFaults } from './faults';
import { Gateway } from './gateway';
import { KubeApi } from './kube-api';
import {
  keptRevisionsSchema,
  knativeServiceSchema,
  labAutoscalerConfig,
  type KnativeService,
} from './knative-service';
import { type KubeObject } from './object-store';
import { removeChildren } from './objects/service-objects';
import { Namespaces, systemNamespace } from './namespaces';
import { labResources } from './resources';
import { type Revision } from './revision';
import { RoutedService } from './routed-service';
import { type RunnerProgram } from './runner-program';
import { StatusError } from './status';
import { createSystemPods, proxiedMetrics } from './system-pods';
import { TestRuns } from './test-runs';
import { prometheusText } from './upstream';
import { admitKnativeService } from './webhook';

export interface LabOptions {
  /** 0: any free port. */
  gatewayPort: number;
  /** The gateway's for HTTPS; any free one by default. */
  gatewayTlsPort?: number;
  apiPort: number;
  metricsPort: number;
  /** Where the kubeconfig, the applied services and the certificate authority are kept. */
  stateDir: string;
  /** Whether the gateway serves over TLS only clients that show a certificate of its authority (mTLS). */
  clientCertificates?: boolean;
  /** Requests that may wait for one revision. */
  maxPending?: number;
  /** How often pods' CPU and memory are sampled; metrics-server's 15 s by default. */
  podMetricsEveryMs?: number;
  /** What starts the k6 of k6-operator's runners; without it the cluster has no k6-operator. */
  runners?: RunnerProgram;
}

export interface Lab {
  gatewayUrl: string;
  /** `https://`; its certificate is signed by `caFile`'s. */
  gatewayTlsUrl: string;
  apiUrl: string;
  metricsUrl: string;
  kubeconfig: string;
  /** The certificate (PEM) of the authority that a client of `gatewayTlsUrl` has to trust. */
  caFile: string;
  /** Where a certificate (PEM) and its key lie that the gateway takes; null where it asks for none. */
  client: { certificateFile: string; keyFile: string } | null;
  close: () => Promise<void>;
}

const host = '127.0.0.1';
const faultsMap = 'scaletrace-lab-faults';

/** Starts gateway, Kubernetes API and autoscaler on loopback. Rejects when a port is taken. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const cluster = new ClusterState();
  const { services, configMaps } = cluster;
  const routed = new Map<string, RoutedService>();
  /** What is left of services that were deleted. */
  const retiring = new Set<Revision>();
  const revisions = (): Revision[] => [...routed.values()].flatMap((service) => service.revisions);
  const labDir = join(options.stateDir, 'lab');
  mkdirSync(labDir, { recursive: true });
  const authority = await Authority.open(labDir);
  const client = options.clientCertificates ? await clientOf(authority, labDir) : null;
  const gateway = new Gateway({
    maxPending: options.maxPending ?? 10_000,
    ...(client ? { clientCa: readFileSync(authority.certificateFile, 'utf8') } : {}),
  });
  const certificate = new GatewayCertificate(cluster, gateway, authority);
  await certificate.renew();
  const domainMappings = new DomainMappings(
    cluster,
    gateway,
    () => certificate.renew(),
    join(labDir, 'domain-mappings.json'),
  );
  let closing = false;

  const keyOf = (object: KubeObject): string => `${object.metadata.namespace}/${object.metadata.name}`;
  const deploy = (service: KnativeService): void => {
    const key = keyOf(service);
    let own = routed.get(key);
    if (!own) {
      own = new RoutedService(
        service,
        cluster,
        gateway,
        () => dataOf(configMaps.get(systemNamespace, 'config-autoscaler')),
        before.revisions[key] ?? null,
      );
      delete before.revisions[key];
      routed.set(key, own);
    }
    own.apply(service);
  };

  const admitService = (object: KubeObject, old: KubeObject | undefined): KubeObject => {
    const service = admitKnativeService(object, old as KnativeService | undefined);
    const changed = !old || JSON.stringify((old as KnativeService).spec) !== JSON.stringify(service.spec);
    const admitted = {
      ...service,
      metadata: { ...service.metadata, generation: (old?.metadata.generation ?? 0) + (changed ? 1 : 0) },
    };
    return admitted;
  };

  const namespaces = new Namespaces(cluster.namespaces);
  const testRuns = options.runners ? new TestRuns(cluster, options.runners) : null;
  const resources = labResources(cluster, {
    namespaces,
    testRuns,
    admitService,
    removeService: (service) => {
      const own = routed.get(keyOf(service));
      routed.delete(keyOf(service));
      services.remove(service.metadata.namespace, service.metadata.name);
      removeChildren(cluster, service);
      for (const revision of own?.revisions ?? []) retiring.add(revision);
      own?.remove();
    },
    admitDomainMapping: (object, old) => domainMappings.admit(object, old),
    admitConfigMap,
    removePod: (pod, { atOnce }) =>
      testRuns?.removePod(pod, atOnce) ||
      [...revisions(), ...retiring].some((r) => r.deletePod(pod.metadata.name)),
  });
  const api = new KubeApi(resources, cluster.clock, cluster.faults, {
    checkNamespace: (name) => namespaces.check(name),
    testRuns,
    proxy: (asked) =>
      proxiedMetrics(
        asked,
        revisions().map((revision) => revision.measured()),
      ),
  });
  const metrics = createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/stats/prometheus') return void response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
      .end(prometheusText([...revisions(), ...retiring].filter((r) => r.isInGateway).map((r) => r.upstream)));
  });

  const gatewayUrl = await listen(gateway.server, options.gatewayPort, 'gateway', '--gateway-port');
  let gatewayTlsUrl: string;
  const servers: HttpServer[] = [];
  const shut = async (): Promise<void> =>
    void (await Promise.all([gateway.close(), ...servers.map((server) => closeServer(server))]));
  let apiUrl: string;
  let metricsUrl: string;
  try {
    gatewayTlsUrl = await listen(
      gateway.tlsServer,
      options.gatewayTlsPort ?? 0,
      'gateway (HTTPS)',
      '--gateway-tls-port',
      'https',
    );
    apiUrl = await listen(api.server, options.apiPort, 'Kubernetes API', '--api-port');
    servers.push(api.server);
    metricsUrl = `${await listen(metrics, options.metricsPort, 'gateway metrics', '--metrics-port')}/stats/prometheus`;
    servers.push(metrics);
  } catch (error) {
    await shut();
    throw error;
  }

  configMaps.subscribe(({ object }) => {
    if (object.metadata.name !== 'config-autoscaler' || object.metadata.namespace !== systemNamespace) return;
    const data = dataOf(configMaps.get(systemNamespace, 'config-autoscaler'));
    for (const revision of [...revisions(), ...retiring]) revision.configure(data);
  });
  configMaps.subscribe(({ object }) => {
    if (object.metadata.name !== faultsMap || object.metadata.namespace !== systemNamespace) return;
    const parsed = faultsSchema.safeParse(dataOf(configMaps.get(systemNamespace, faultsMap)));
    cluster.faults.set(parsed.success ? parsed.data : noFaults);
  });
  createSystemPods(cluster);
  cluster.metricsServer.start(options.podMetricsEveryMs);
  const configMap = (name: string, data: Record<string, string>): void => {
    configMaps.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: systemNamespace },
      data,
    });
  };
  configMap('config-autoscaler', labAutoscalerConfig);
  configMap('config-domain', { 'example.com': '' });
  configMap('scaletrace-gateway', {
    gatewayUrl,
    gatewayTlsUrl,
    caFile: authority.certificateFile,
    metricsUrl,
    clusterLabelFormat: '{namespace}/{revision}',
  });
  configMap(faultsMap, {});

  const kept = join(labDir, 'services.json');
  const kubeconfig = join(options.stateDir, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(apiUrl), { mode: 0o600 });
  const before = readKept(kept);
  services.subscribe((event) => {
    if (closing) return;
    if (event.type !== 'DELETED') deploy(event.object as KnativeService);
    const own = [...routed].flatMap(([key, { kept: revisions }]) => (revisions ? [[key, revisions]] : []));
    const all: Kept = {
      services: services.list().map(({ status: _status, ...service }) => service as KnativeService),
      // Those that are not applied again yet have theirs still.
      revisions: { ...before.revisions, ...(Object.fromEntries(own) as Kept['revisions']) },
    };
    writeFileSync(kept, JSON.stringify(all));
  });
  for (const service of before.services) {
    namespaces.make(service.metadata.namespace);
    services.create(service);
  }
  domainMappings.start();

  let lastCrashMs = Date.now();
  const crashes = setInterval(() => {
    const everyMs = cluster.faults.current.crashPodEveryMs;
    if (everyMs === 0 || Date.now() - lastCrashMs < everyMs) return;
    lastCrashMs = Date.now();
    for (const revision of revisions()) revision.crashOne();
  }, 100);

  return {
    gatewayUrl,
    gatewayTlsUrl,
    apiUrl,
    metricsUrl,
    kubeconfig,
    caFile: authority.certificateFile,
    client,
    async close() {
      closing = true;
      clearInterval(crashes);
      for (const revision of [...revisions(), ...retiring]) revision.close();
      testRuns?.close();
      cluster.nodes.close();
      cluster.metricsServer.close();
      await shut();
    },
  };
}

/** A certificate for clients of a gateway that asks for one, made anew at each start. */
async function clientOf(authority: Authority, folder: string): Promise<NonNullable<Lab['client']>> {
  const { cert, key } = await authority.sign(['load-test'], { subject: 'Scaletrace lab client' });
  const [certificateFile, keyFile] = [join(folder, 'client.crt'), join(folder, 'client.key')];
  writeFileSync(keyFile, key, { mode: 0o600 });
  writeFileSync(certificateFile, cert);
  return { certificateFile, keyFile };
}

function admitConfigMap(object: KubeObject): KubeObject {
  if (object.metadata.name === faultsMap) {
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

const keptSchema = z.object({
  services: z.array(knativeServiceSchema),
  /** By namespace and name. */
  revisions: z.record(z.string(), keptRevisionsSchema).default({}),
});
type Kept = z.infer<typeof keptSchema>;

/** What was applied before; a lab of before kept the services alone. */
function readKept(file: string): { services: KnativeService[]; revisions: Kept['revisions'] } {
  try {
    const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { services, revisions } = keptSchema.parse(Array.isArray(stored) ? { services: stored } : stored);
    return { services: services.map((service) => admitKnativeService(service)), revisions };
  } catch {
    return { services: [], revisions: {} };
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

function listen(
  server: Server,
  port: number,
  what: string,
  option: string,
  scheme: 'http' | 'https' = 'http',
): Promise<string> {
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
    server.listen(port, host, () => resolve(`${scheme}://${host}:${(server.address() as AddressInfo).port}`));
  });
}

function closeServer(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

import { type OperatorLoad } from '@/lib/model/operator-load';
import { Problem } from '@/lib/model/problem';
import { metricsOutput } from '@/lib/loadgen/k6-environment';
import { type LoadedFile } from '@/lib/loadgen/script-folder';

/** An object as it is sent to the API server. */
export interface ClusterObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; labels: Record<string, string>; ownerReferences?: object[] };
  [field: string]: unknown;
}

/** What a TestRun is made of. */
export interface TestRunInput {
  runId: string;
  namespace: string;
  operator: OperatorLoad;
  /** The file that k6 starts with is the first. */
  files: readonly [LoadedFile, ...LoadedFile[]];
  /** The script's variables, and what Go is told by its environment. */
  env: Readonly<Record<string, string>>;
  /** k6's configuration, but for where its metrics go. */
  config: Readonly<Record<string, unknown>>;
  /** Where each runner pushes to, as it is reached from within the cluster, and what opens it. */
  ingest: { url: string; secret: string };
  /** Certificates in PEM that runners trust beside their image's own; null: none. */
  authorities: string | null;
  /** The IP ranges that scripts are kept from. */
  refused: readonly string[];
  /** The statistics of trends in the summary. */
  trendStats: readonly string[];
  /** Whether `setup` and `teardown` are asked for by us: once for all runners. */
  setupByHand: boolean;
}

/** The labels of everything that a run has made; `runLabel` names the run. */
const managedBy = { 'app.kubernetes.io/managed-by': 'scaletrace' } as const;
const runLabel = 'scaletrace.dev/run';

/** A scheduler that no cluster has. The operator's starter would have all runners begin before `setup` was called. */
const noScheduler = 'scaletrace.dev/started-by-scaletrace';

/** The API server takes so many bytes of values in one ConfigMap (core/v1: MaxSecretSize). */
const mostBytes = 2 ** 20;
export const scriptFolder = '/test';
export const settingsFolder = '/etc/scaletrace';
export const configFile = 'k6.json';
/** Where k6's remote write goes to: before its configuration. */
export const pushUrlVariable = 'K6_PROMETHEUS_RW_SERVER_URL';
const authoritiesFolder = 'ca';

/** The name of a run's TestRun, and of its Secret; what the operator makes of it begins with it. */
export function testRunName(runId: string): string {
  return `scaletrace-${runId}`;
}

/** The ConfigMaps that a script's files are put in, as few as they fit in, with where each file goes in the pod. */
function packed(files: readonly LoadedFile[]): { key: string; file: LoadedFile }[][] {
  const maps: { key: string; file: LoadedFile }[][] = [];
  let left = 0;
  for (const [i, file] of files.entries()) {
    const bytes = Buffer.byteLength(file.content);
    if (bytes > mostBytes)
      throw new Problem('problems.file-too-large-for-cluster', {
        path: file.path,
        mebibytes: Math.ceil((bytes / mostBytes) * 10) / 10,
      });
    if (maps.length === 0 || bytes > left) {
      maps.push([]);
      left = mostBytes;
    }
    maps.at(-1)!.push({ key: `file-${i}`, file });
    left -= bytes;
  }
  return maps;
}

/**
 * The TestRun of a load, and what is to be made beside it once its uid is known: the ConfigMaps with the script and the
 * Secret with k6's configuration and the script's variables. Throws a Problem on a file that fits in no ConfigMap.
 *
 * `arguments` and `localFile`, since operators of before 2026 know no `args`, and a ConfigMap's keys are no paths: they
 * run a shell, so what a shell would read otherwise is quoted. Values with their flag in one word, but for `-o`: the
 * operator gives the rest to `k6 archive`, which knows no output (k6-operator, pkg/types/k6cli.go).
 */
export function testRunObjects(input: TestRunInput): {
  testRun: ClusterObject;
  owned: (uid: string) => ClusterObject[];
} {
  const { runId, namespace, operator, env } = input;
  const { runners } = operator;
  const name = testRunName(runId);
  const labels = { ...managedBy, [runLabel]: runId };
  const metadata = (own: string) => ({ name: own, namespace, labels });
  const maps = packed(input.files);
  const mapName = (i: number): string => `${name}-script-${i}`;
  const variables = Object.keys(env);
  const pod = {
    image: operator.image,
    automountServiceAccountToken: 'false',
    ...(operator.nodeSelector ? { nodeSelector: operator.nodeSelector } : {}),
    ...(operator.tolerations ? { tolerations: operator.tolerations } : {}),
  };
  const testRun: ClusterObject = {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: metadata(name),
    spec: {
      parallelism: runners,
      script: { localFile: `${scriptFolder}/${input.files[0].path}` },
      arguments: [
        '--no-color',
        '--no-usage-report',
        '--log-format=json',
        `--config=${settingsFolder}/${configFile}`,
        `-o ${metricsOutput.output}`,
        ...(runners > 1 ? ['--no-thresholds'] : []),
        // Into the container's log: its files go with it.
        '--summary-export=stderr',
        `--summary-trend-stats='${input.trendStats.join(',')}'`,
        `--blacklist-ip=${input.refused.join(',')}`,
        ...(input.setupByHand ? ['--no-setup', '--no-teardown', '--linger'] : []),
      ].join(' '),
      quiet: 'true',
      runner: {
        ...pod,
        metadata: { labels },
        ...(operator.resources ? { resources: operator.resources } : {}),
        env: [
          // Otherwise k6 would send a script that imports an extension's name to a build service.
          { name: 'K6_AUTO_EXTENSION_RESOLUTION', value: 'false' },
          // All runners have one configuration: which of them pushes, and by which pod, is in the address.
          fromPod('K6_RUNNER_JOB', "metadata.labels['job-name']"),
          fromPod('K6_RUNNER_POD', 'metadata.uid'),
          {
            name: pushUrlVariable,
            value: `${input.ingest.url}?runner=$(K6_RUNNER_JOB)&life=$(K6_RUNNER_POD)`,
          },
          ...(input.authorities === null
            ? []
            : [{ name: 'SSL_CERT_DIR', value: `${settingsFolder}/${authoritiesFolder}` }]),
          ...variables.map((variable) => ({
            name: variable,
            valueFrom: { secretKeyRef: { name, key: keyOf(variable) } },
          })),
        ],
        volumes: [
          {
            name: 'script',
            projected: {
              sources: maps.map((files, i) => ({
                configMap: {
                  name: mapName(i),
                  items: files.map(({ key, file }) => ({ key, path: file.path })),
                },
              })),
            },
          },
          {
            name: 'settings',
            secret: {
              secretName: name,
              items: [
                { key: configFile, path: configFile },
                ...(input.authorities === null
                  ? []
                  : [{ key: authoritiesFolder, path: `${authoritiesFolder}/ca.pem` }]),
              ],
            },
          },
        ],
        volumeMounts: [
          { name: 'script', mountPath: scriptFolder, readOnly: true },
          { name: 'settings', mountPath: settingsFolder, readOnly: true },
        ],
        // k6's own user in its image: what a namespace with the restricted Pod Security Standard asks.
        securityContext: { runAsNonRoot: true, runAsUser: 12345, seccompProfile: { type: 'RuntimeDefault' } },
        containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
      starter: {
        automountServiceAccountToken: 'false',
        ...(operator.nodeSelector ? { nodeSelector: operator.nodeSelector } : {}),
        ...(operator.tolerations ? { tolerations: operator.tolerations } : {}),
        ...(input.setupByHand ? { schedulerName: noScheduler } : {}),
      },
    },
  };
  return {
    testRun,
    owned: (uid) => {
      const ownerReferences = [
        { apiVersion: 'k6.io/v1alpha1', kind: 'TestRun', name, uid, blockOwnerDeletion: false },
      ];
      const of = (own: string) => ({ ...metadata(own), ownerReferences });
      return [
        ...maps.map((files, i) => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: of(mapName(i)),
          // As bytes: what is a text to us need not be one to the API server.
          binaryData: Object.fromEntries(files.map(({ key, file }) => [key, base64(file.content)])),
        })),
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: of(name),
          type: 'Opaque',
          data: {
            [configFile]: base64(JSON.stringify(configWith(input))),
            ...(input.authorities === null ? {} : { [authoritiesFolder]: base64(input.authorities) }),
            ...Object.fromEntries(variables.map((variable) => [keyOf(variable), base64(env[variable]!)])),
          },
        },
      ];
    },
  };
}

function configWith({ config, ingest }: TestRunInput): Record<string, unknown> {
  return {
    ...config,
    collectors: { [metricsOutput.output]: { ...metricsOutput.settings, bearerToken: ingest.secret } },
  };
}

function fromPod(name: string, fieldPath: string): object {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function keyOf(variable: string): string {
  return `env.${variable}`;
}

function base64(content: string | Uint8Array): string {
  return Buffer.from(content as Uint8Array).toString('base64');
}

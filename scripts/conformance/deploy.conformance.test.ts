import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BlockList, isIPv6 } from 'node:net';
import { join } from 'node:path';
import {
  KubernetesObjectApi,
  PatchStrategy,
  type KubernetesObject,
  type V1IPBlock,
  type V1LabelSelector,
  type V1NetworkPolicyPeer,
  type V1NetworkPolicyPort,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { stateDirectory } from '@/lib/environment/paths';
import { ControlPlane, haveParts } from './control-plane';
import { partPath } from './parts.mjs';
import { schemaLocation, writeSchemas } from './schemas';

/** What Helm answers. */
function helm(...args: string[]): { code: number | null; text: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(partPath(stateDirectory(), 'helm')!, args, {
    encoding: 'utf8',
  });
  return { code: status, text: stdout, errors: stderr };
}

/** The objects of the chart with these values, in namespace scaletrace. */
function rendered(...values: string[]): string {
  const { code, text } = helm(
    ...['template', 'scaletrace', 'deploy/chart', '--namespace', 'scaletrace'],
    ...values.flatMap((value) => ['--set', value]),
  );
  expect(code).toBe(0);
  return text;
}

const several = ['replicas=3', 'database.secretName=scaletrace-database', 'secrets.existingClaim=shared'];

/** The chart's switches, each way that they work together. */
const combinations: [what: string, values: string[]][] = [
  ['with its default values', []],
  ['of several dashboards', several],
  ['of one on PostgreSQL', ['database.secretName=scaletrace-database']],
  ['without a network policy', ['networkPolicy.enabled=false', ...several]],
  ['on a claim that is there', ['persistence.existingClaim=mine', 'secrets.existingClaim=shared']],
  ['behind an Ingress without a certificate', ['ingress.enabled=true', 'ingress.trustForwardedFor=false']],
  ['without rights of its own', ['rbac.create=false', 'rbac.serviceAccountName=mine']],
  [
    'with all that can be switched on',
    [
      'database.secretName=scaletrace-database',
      'database.caKey=ca.pem',
      'ingress.enabled=true',
      'ingress.className=nginx',
      'ingress.tlsSecretName=tls',
      'ingress.annotations.a=b',
      'image.pullSecrets[0]=pull',
      'persistence.storageClass=fast',
      'env.SCALETRACE_MAX_READERS=500',
      'allowedHosts[0]=load.example.com',
      'networkPolicy.from[0].namespaceSelector.matchLabels.team=load',
      'networkPolicy.egress[0].to[0].ipBlock.cidr=10.0.0.0/8',
      'nodeSelector.disk=ssd',
      'tolerations[0].operator=Exists',
    ],
  ],
];

function objectsIn(text: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []);
}

describe.skipIf(!haveParts('helm'))('the Helm chart', () => {
  it('passes Helm’s own checks', () => {
    const { code, text } = helm('lint', '--strict', 'deploy/chart');
    expect([code, text]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
  });

  it('says the same as the plain manifests', async () => {
    // `npm run conformance -- -u` writes them anew.
    await expect(
      `# The Helm chart beside this folder with its default values: change that, then \`npm run conformance -- -u deploy\`.\n${rendered()}`,
    ).toMatchFileSnapshot(`${process.cwd()}/deploy/kubernetes/scaletrace.yaml`);
  });

  it('has the rights of deploy/rbac.yaml, in its own namespace, and without those to apply where nobody shall', () => {
    const names = (text: string): string[] =>
      objectsIn(text).flatMap(({ kind, metadata }) =>
        /Role|ServiceAccount/.test(kind ?? '') ? [metadata!.name!] : [],
      );
    expect(new Set(names(rendered()))).toEqual(
      new Set(['scaletrace', 'scaletrace-read', 'scaletrace-apply', 'scaletrace-offer', 'scaletrace-load']),
    );
    for (const part of ['apply', 'offer', 'load'])
      expect(names(rendered(`rbac.${part}=false`))).not.toContain(`scaletrace-${part}`);
    expect(names(rendered('rbac.create=false'))).toEqual([]);
    const { text } = helm('template', 'load', 'deploy/chart', '--namespace', 'tests');
    expect(text).toContain('kind: ServiceAccount, name: scaletrace, namespace: tests');
    expect(text).not.toContain('namespace: scaletrace');
  });

  it('gives the address of PostgreSQL to whoever opens the database, from its Secret alone', () => {
    const text = rendered('database.secretName=scaletrace-database');
    expect(
      text.match(
        /DATABASE_URL\s+valueFrom: \{ secretKeyRef: \{ name: "scaletrace-database", key: "url" \} \}/g,
      ),
    ).toHaveLength(2);
    expect(rendered()).not.toContain('DATABASE_URL');
  });

  it('shows both the certificate by which PostgreSQL’s own is looked at, and no other key of its Secret', () => {
    const text = rendered('database.secretName=scaletrace-database', 'database.caKey=ca.pem');
    expect(text.match(/name: database\s+mountPath: \/run\/database\s+readOnly: true/g)).toHaveLength(2);
    expect(text).toMatch(
      /secretName: "scaletrace-database"\s+defaultMode: 0440\s+items: \[\{ key: "ca\.pem", path: ca\.crt \}\]/,
    );
    expect(rendered('database.secretName=scaletrace-database')).not.toContain('/run/database');
  });

  it('gives several dashboards a folder and an address each, and lets one after another be replaced', () => {
    const objects = objectsIn(rendered(...several));
    const { spec } = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
      spec: {
        replicas: number;
        strategy: object;
        template: { spec: { volumes: { name: string }[]; containers: { env: { name: string }[] }[] } };
      };
    };
    expect([spec.replicas, spec.strategy]).toEqual([3, { type: 'RollingUpdate' }]);
    expect(spec.template.spec.volumes).toEqual(
      expect.arrayContaining([
        { name: 'state', emptyDir: {} },
        { name: 'secrets', persistentVolumeClaim: { claimName: 'shared' } },
      ]),
    );
    expect(objects.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toEqual([]);
    // A variable is put into those after it.
    const names = spec.template.spec.containers[0]!.env.map(({ name }) => name);
    expect(names.filter((name) => /^(POD_IP|SCALETRACE_(PEER_URL|SECRETS_DIR))$/.test(name))).toEqual([
      'POD_IP',
      'SCALETRACE_PEER_URL',
      'SCALETRACE_SECRETS_DIR',
    ]);
  });

  it.each([
    ['several dashboards on SQLite', 'replicas=3', 'Set database.secretName'],
    ['a certificate of no database', 'database.caKey=ca.crt', 'Set database.secretName'],
    ['a variable that has its own place', 'env.SCALETRACE_LOG_LEVEL=debug', 'Set log.level'],
    ['a level that no log has', 'log.level=loud', 'log/level'],
    ['a name that no value has', 'persistance.size=1Gi', 'persistance'],
    ['a size without a unit', 'persistence.size=8', 'persistence/size'],
  ])('refuses %s by its place', (_what, value, place) => {
    const { code, errors } = helm('template', 'scaletrace', 'deploy/chart', '--set', value);
    expect(code).not.toBe(0);
    expect(errors).toContain(place);
  });
});

interface End {
  ip: string;
  /** A pod's own labels and its namespace's; none: it is no pod. */
  pod?: { labels: Record<string, string>; namespace: Record<string, string> };
}
interface Policy {
  policyTypes: string[];
  ingress?: { ports?: V1NetworkPolicyPort[]; from?: V1NetworkPolicyPeer[] }[];
  egress?: { ports?: V1NetworkPolicyPort[]; to?: V1NetworkPolicyPeer[] }[];
}
const release = { 'kubernetes.io/metadata.name': 'scaletrace' };
const inNamespace = (name: string, labels: Record<string, string> = {}): End => ({
  ip: '10.244.1.7',
  pod: { labels, namespace: { 'kubernetes.io/metadata.name': name } },
});

/** Whether the chart's NetworkPolicy lets the dashboard's pod speak with one end, as Kubernetes reads the policy. */
function lets(
  policy: Policy,
  way: 'ingress' | 'egress',
  { ip, pod }: End,
  port: number | string,
  protocol = 'TCP',
): boolean {
  const selects = (selector: V1LabelSelector, labels: Record<string, string>): boolean =>
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator }) => {
      expect(operator).toBe('Exists');
      return key in labels;
    });
  const holds = ({ cidr, except = [] }: V1IPBlock): boolean => {
    const list = new BlockList();
    const family = isIPv6(cidr.split('/')[0]!) ? 'ipv6' : 'ipv4';
    list.addSubnet(cidr.split('/')[0]!, Number(cidr.split('/')[1]), family);
    return (
      list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4') &&
      (isIPv6(ip) ? 'ipv6' : 'ipv4') === family &&
      !except.some((cidr) => holds({ cidr }))
    );
  };
  const isPeer = ({ podSelector, namespaceSelector, ipBlock }: V1NetworkPolicyPeer): boolean => {
    // As the strictest network takes it: an address of a pod is in no block.
    if (ipBlock) return pod === undefined && holds(ipBlock);
    if (!pod) return false;
    return (
      (namespaceSelector
        ? selects(namespaceSelector, pod.namespace)
        : selects({ matchLabels: release }, pod.namespace)) &&
      (!podSelector || selects(podSelector, pod.labels))
    );
  };
  expect(policy.policyTypes).toEqual(['Ingress', 'Egress']);
  const rules =
    way === 'ingress'
      ? (policy.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }))
      : (policy.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
  return rules.some(
    ({ ports, peers }) =>
      (!ports || ports.some((one) => one.port === port && (one.protocol ?? 'TCP') === protocol)) &&
      (!peers || peers.some(isPeer)),
  );
}

describe.skipIf(!haveParts('helm'))('the NetworkPolicy', () => {
  const policyOf = (...values: string[]): Policy =>
    (objectsIn(rendered(...values)).find(({ kind }) => kind === 'NetworkPolicy') as { spec?: Policy }).spec!;
  const runner = inNamespace('scaletrace', { app: 'k6', k6_cr: 'load' });
  const apiServer = { ip: '10.0.0.2' };
  const metadata = { ip: '169.254.169.254' };

  it('lets runners, an Ingress and Prometheus ask the dashboard’s port, and no one another or from outside', () => {
    const policy = policyOf();
    for (const one of [runner, inNamespace('ingress-nginx'), inNamespace('monitoring')]) {
      expect(lets(policy, 'ingress', one, 'http')).toBe(true);
      expect(lets(policy, 'ingress', one, 9229)).toBe(false);
    }
    expect(lets(policy, 'ingress', { ip: '203.0.113.9' }, 'http')).toBe(false);
  });

  it('lets the dashboard ask name servers, API server, gateways, their metrics, Prometheus and PostgreSQL, and no cloud’s metadata', () => {
    const policy = policyOf();
    for (const protocol of ['UDP', 'TCP'])
      for (const one of [inNamespace('kube-system'), { ip: '169.254.20.10' }])
        expect(lets(policy, 'egress', one, 53, protocol)).toBe(true);
    const asked: [End, number][] = [
      [apiServer, 6443],
      [inNamespace('kourier-system'), 8080],
      [{ ip: '203.0.113.7' }, 443],
      [{ ip: '2001:db8::7' }, 443],
      [inNamespace('kourier-system'), 9000],
      [inNamespace('monitoring'), 9090],
      [inNamespace('postgres'), 5432],
      [{ ip: '10.20.0.5' }, 5432],
    ];
    for (const [end, port] of asked) expect(lets(policy, 'egress', end, port)).toBe(true);
    expect(lets(policy, 'egress', metadata, 80)).toBe(false);
    expect(lets(policy, 'egress', { ip: 'fd00:ec2::254' }, 80)).toBe(false);
  });

  it('narrowed to an Ingress still takes what runners push, where there are any', () => {
    const from =
      'networkPolicy.from[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name=ingress-nginx';
    const policy = policyOf(from);
    expect(lets(policy, 'ingress', inNamespace('ingress-nginx'), 'http')).toBe(true);
    expect(lets(policy, 'ingress', runner, 'http')).toBe(true);
    for (const other of [inNamespace('default'), inNamespace('default', { k6_cr: 'load' })])
      expect(lets(policy, 'ingress', other, 'http')).toBe(false);
    expect(lets(policyOf(from, 'rbac.load=false'), 'ingress', runner, 'http')).toBe(false);
  });

  it('narrowed to a list goes nowhere else, but to name servers', () => {
    const policy = policyOf('networkPolicy.egress[0].to[0].ipBlock.cidr=10.0.0.0/24');
    expect(lets(policy, 'egress', apiServer, 6443)).toBe(true);
    expect(lets(policy, 'egress', inNamespace('kube-system'), 53, 'UDP')).toBe(true);
    for (const other of [inNamespace('postgres'), { ip: '203.0.113.7' }, metadata])
      expect(lets(policy, 'egress', other, 443)).toBe(false);
  });

  it('narrowed both ways lets dashboards on one database pass pushes to each other', () => {
    const other = inNamespace('scaletrace', {
      'app.kubernetes.io/name': 'scaletrace',
      'app.kubernetes.io/instance': 'scaletrace',
    });
    const narrowed = [
      'networkPolicy.from[0].namespaceSelector.matchLabels.team=load',
      'networkPolicy.egress[0].to[0].ipBlock.cidr=10.0.0.0/24',
    ];
    for (const [values, taken] of [
      [several, true],
      [[], false],
    ] as const)
      for (const way of ['ingress', 'egress'] as const)
        expect(lets(policyOf(...narrowed, ...values), way, other, 'http')).toBe(taken);
  });
});

describe.skipIf(!haveParts('helm', 'etcd', 'kube-apiserver', 'openssl'))('a real API server', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await ControlPlane.start();
    for (const name of ['scaletrace', 'knative-serving'])
      await plane.do('POST', '/api/v1/namespaces', { metadata: { name } });
  }, 60_000);
  afterAll(() => plane?.close());

  it.each(combinations)('would take each object of the chart as it is %s', async (_what, values) => {
    const api = KubernetesObjectApi.makeApiClient(plane.config());
    const objects = objectsIn(rendered(...values));
    expect(objects.length).toBeGreaterThan(3);
    for (const object of objects) {
      // As `kubectl apply --server-side --dry-run=server --validate=strict` asks; a field that is not known is refused.
      const taken = await api.patch(
        object,
        undefined,
        'All',
        'deploy-test',
        true,
        PatchStrategy.ServerSideApply,
      );
      expect([taken.kind, taken.metadata?.name]).toEqual([object.kind, object.metadata?.name]);
    }
  });

  describe.skipIf(!haveParts('kubeconform'))('by its own schemas', () => {
    let folder = '';
    beforeAll(async () => {
      folder = join(plane.folder, 'schemas');
      writeSchemas(folder, await plane.do('GET', '/openapi/v2'));
    });
    /** What kubeconform says of manifests, a line for each that is wrong. */
    const refused = (manifests: string): string[] => {
      const { stdout, stderr } = spawnSync(
        partPath(stateDirectory(), 'kubeconform')!,
        ['-strict', '-schema-location', schemaLocation(folder)],
        { input: manifests, encoding: 'utf8' },
      );
      expect(stderr).toBe('');
      return stdout.trim().split('\n').filter(Boolean);
    };

    it.each<[what: string, manifests: () => string]>([
      ['the plain manifests', () => readFileSync('deploy/kubernetes/scaletrace.yaml', 'utf8')],
      ['the rights alone', () => readFileSync('deploy/rbac.yaml', 'utf8')],
      ...combinations.map(([what, values]): [string, () => string] => [
        `the chart ${what}`,
        () => rendered(...values),
      ]),
    ])('kubeconform takes %s', (_what, manifests) => {
      expect(refused(manifests())).toEqual([]);
    });

    it('kubeconform refuses a field that nobody knows, and a value of another kind', () => {
      const plain = rendered();
      for (const [from, to] of [
        ['periodSeconds: 2', 'periodSeconds: often'],
        ['failureThreshold: 60', 'failureTreshold: 60'],
        ['type: ClusterIP', 'type: [ClusterIP]'],
      ] as const) {
        expect(plain).toContain(from);
        expect(refused(plain.replace(from, to))).toEqual([expect.stringContaining('scaletrace')]);
      }
    });
  });

  it('runs the pod by what the strictest security standard asks', async () => {
    await plane.do('POST', '/api/v1/namespaces', {
      metadata: { name: 'strict', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    const deployment = objectsIn(rendered()).find(({ kind }) => kind === 'Deployment') as KubernetesObject & {
      spec: { template: { spec: Record<string, unknown> } };
    };
    const { serviceAccountName: _account, ...spec } = deployment.spec.template.spec;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'strict', namespace: 'strict' }, spec };
    expect(
      (await plane.send('POST', '/api/v1/namespaces/strict/pods?dryRun=All&fieldValidation=Strict', pod))
        .status,
    ).toBe(201);
    // And the one that the operator's guide has for a backup.
    const [, restore = ''] = /<<'END'\n([^]*?)\nEND\n/.exec(readFileSync('docs/operate.md', 'utf8')) ?? [];
    const [guided] = objectsIn(restore);
    expect(
      (await plane.send('POST', '/api/v1/namespaces/strict/pods?dryRun=All&fieldValidation=Strict', guided))
        .status,
    ).toBe(201);
    const asRoot = { ...pod, spec: { ...spec, securityContext: {} } };
    expect((await plane.send('POST', '/api/v1/namespaces/strict/pods?dryRun=All', asRoot)).status).toBe(403);
  });
});

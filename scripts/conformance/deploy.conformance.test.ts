import { spawnSync } from 'node:child_process';
import { KubernetesObjectApi, PatchStrategy, type KubernetesObject } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { stateDirectory } from '@/lib/environment/paths';
import { ControlPlane, haveParts } from './control-plane';
import { partPath } from './parts.mjs';

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

  it.each([
    ['a level that no log has', 'log.level=loud', 'log/level'],
    ['a name that no value has', 'persistance.size=1Gi', 'persistance'],
    ['a size without a unit', 'persistence.size=8', 'persistence/size'],
  ])('refuses %s by its place', (_what, value, place) => {
    const { code, errors } = helm('template', 'scaletrace', 'deploy/chart', '--set', value);
    expect(code).not.toBe(0);
    expect(errors).toContain(place);
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

  it.each([
    ['with its default values', []],
    [
      'with all that can be switched on',
      [
        'database.secretName=scaletrace-database',
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
  ])('would take each object of the chart as it is %s', async (_what, values) => {
    const api = KubernetesObjectApi.makeApiClient(plane.config());
    const objects = objectsIn(rendered(...values));
    expect(objects.length).toBeGreaterThan(10);
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
    const asRoot = { ...pod, spec: { ...spec, securityContext: {} } };
    expect((await plane.send('POST', '/api/v1/namespaces/strict/pods?dryRun=All', asRoot)).status).toBe(403);
  });
});

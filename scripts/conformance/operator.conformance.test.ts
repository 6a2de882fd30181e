import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { variable } from '@/lib/environment/environment';
import { type Load, type LoadLogLine } from '@/lib/loadgen/engine';
import { K6Operator } from '@/lib/loadgen/operator/k6-operator';
import { usualTimes } from '@/lib/loadgen/operator/operated-load';
import { messageOfError } from '@/lib/model/message';
import { english } from '@/lib/words/english';
import { ControlPlane, haveParts, type Rule } from './control-plane';

const crds = variable('SCALETRACE_CRDS');
const testRuns = '/apis/k6.io/v1alpha1/namespaces/default/testruns';
const core = '/api/v1/namespaces/default';
const runId = '0a1b2c3d-0000-4000-8000-000000000001';
const name = `scaletrace-${runId}`;

const roleSchema = z.looseObject({
  kind: z.literal('ClusterRole'),
  metadata: z.object({ name: z.literal('scaletrace-load') }),
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
    }),
  ),
});
/** The rights of deploy/rbac.yaml that a load needs, a resource each. */
const loadRules: Rule[] = parseAllDocuments(readFileSync('deploy/rbac.yaml', 'utf8')).flatMap((document) =>
  (roleSchema.safeParse(document.toJS()).data?.rules ?? []).flatMap(({ resources, ...rule }) =>
    resources.map((resource) => ({ ...rule, resources: [resource] })),
  ),
);

const madeSchema = z.looseObject({
  metadata: z.looseObject({
    uid: z.string(),
    ownerReferences: z
      .array(z.looseObject({ kind: z.string(), name: z.string(), uid: z.string() }))
      .optional(),
  }),
  spec: z.looseObject({ parallelism: z.number(), arguments: z.string() }).optional(),
  binaryData: z.record(z.string(), z.string()).optional(),
  data: z.record(z.string(), z.string()).optional(),
});

/** k6-operator itself does not run here: its part is played by hand, on a real API server with its real resource. */
describe.skipIf(!crds || !haveParts('etcd', 'kube-apiserver', 'openssl'))(
  'a TestRun in a real API server',
  () => {
    let plane: ControlPlane;
    let engine: K6Operator;
    const log: LoadLogLine[] = [];
    const get = async (path: string) => madeSchema.parse(await plane.do('GET', path));
    const isThere = async (path: string): Promise<boolean> => (await plane.send('GET', path)).status === 200;

    beforeAll(async () => {
      plane = await ControlPlane.start();
      await plane.install(crds!);
      vi.stubEnv('SCALETRACE_RUNNER_URL', 'http://scaletrace.scaletrace.svc');
      engine = new K6Operator(
        plane.folder,
        { check: () => Promise.resolve({}) },
        null,
        // What a kubelet and the operator would take is not waited for.
        { ...usualTimes, startMs: 20_000, podlessMs: 100, goneMs: 500 },
      );
      await plane.account('load', loadRules);
    });
    afterEach(async () => {
      for (const path of [
        `${testRuns}/${name}`,
        `${core}/secrets/${name}`,
        `${core}/configmaps/${name}-script-0`,
      ])
        await plane.send('DELETE', path);
      for (const job of ['initializer', 'starter', '1', '2'])
        await plane.send('DELETE', `${core}/pods/${name}-${job}-abcde?gracePeriodSeconds=0`);
      log.length = 0;
    });
    afterAll(async () => {
      vi.unstubAllEnvs();
      await plane.close();
    });

    function configured(as: Parameters<ControlPlane['config']>[0] = { token: plane.token('load') }): void {
      const folder = mkdtempSync(join(tmpdir(), 'scaletrace-kubeconfig-'));
      writeFileSync(join(folder, 'config'), plane.config(as).exportConfig(), { mode: 0o600 });
      vi.stubEnv('KUBECONFIG', join(folder, 'config'));
    }

    const load = (change: Partial<Load> = {}): Load => ({
      runId,
      scriptName: 'made',
      scriptText: 'export default function () {}',
      entry: null,
      files: [],
      env: { GREETING: 'a "quoted" $word' },
      options: {},
      runners: 1,
      target: { gatewayUrl: 'http://192.0.2.7:8080', host: 'shop.default.example.com' },
      clientCertificate: null,
      uncagedAllowed: false,
      ingestSecret: 'the-secret-of-this-run',
      onLog: (line) => log.push(line),
      cluster: {
        kubeContext: null,
        operator: {
          runners: 2,
          image: 'grafana/k6:1.8.1',
          resources: { requests: { cpu: '500m', memory: '256Mi' }, limits: { memory: '1Gi' } },
          nodeSelector: { pool: 'load' },
          tolerations: [{ key: 'load', operator: 'Exists', effect: 'NoSchedule' }],
        },
      },
      ...change,
    });

    /** A pod as the operator's Job has it, at what its kubelet would tell. */
    async function pod(job: string, status: object): Promise<void> {
      const path = `${core}/pods/${name}-${job}-abcde`;
      if (!(await isThere(path)))
        await plane.do('POST', `${core}/pods`, {
          metadata: {
            name: `${name}-${job}-abcde`,
            labels: { app: 'k6', k6_cr: name, 'job-name': `${name}-${job}` },
          },
          spec: { containers: [{ name: 'k6', image: 'grafana/k6:1.8.1' }] },
        });
      await plane.change(`${path}/status`, { status });
    }
    const stage = (to: string) => plane.change(`${testRuns}/${name}/status`, { status: { stage: to } });
    const container = (state: object, phase = 'Running') => ({
      phase,
      containerStatuses: [{ name: 'k6', image: 'k6', imageID: '', ready: true, restartCount: 0, state }],
    });
    const ended = (exitCode: number) =>
      container(
        { terminated: { exitCode, startedAt: '2026-11-27T07:00:00Z', finishedAt: '2026-11-27T07:00:01Z' } },
        exitCode === 0 ? 'Succeeded' : 'Failed',
      );

    it('is taken by strict validation, owns what belongs to it, and is removed at the end', async () => {
      configured();
      const handles: object[] = [];
      const starting = engine.start(load({ onHandle: async (handle) => void handles.push(handle) }));
      await vi.waitUntil(() => isThere(`${core}/secrets/${name}`), 10_000);
      const testRun = await get(`${testRuns}/${name}`);
      expect(testRun.spec?.parallelism).toBe(2);
      for (const path of [`secrets/${name}`, `configmaps/${name}-script-0`])
        expect((await get(`${core}/${path}`)).metadata.ownerReferences).toMatchObject([
          { kind: 'TestRun', name, uid: testRun.metadata.uid },
        ]);
      // Neither the secret nor a variable's value is where whoever reads TestRuns sees it.
      const text = JSON.stringify(await plane.do('GET', `${testRuns}/${name}`));
      expect(text).not.toMatch(/the-secret-of-this-run|quoted/);
      const decoded = Object.values((await get(`${core}/secrets/${name}`)).data ?? {}).map((value) =>
        Buffer.from(value, 'base64').toString(),
      );
      expect(decoded).toContain('a "quoted" $word');
      expect(decoded.join('\n')).toContain('"bearerToken":"the-secret-of-this-run"');

      for (const one of ['1', '2']) await pod(one, container({ running: {} }));
      await pod('starter', ended(0));
      await stage('started');
      const running = await starting;
      expect(handles).toEqual([running.handle]);
      await pod('1', ended(0));
      await pod('2', ended(137));
      const end = await running.ended;
      expect([end.state, end.reason && english(end.reason)]).toEqual([
        'failed',
        'runner 2 of 2: k6 was killed (SIGKILL)',
      ]);
      expect(await isThere(`${testRuns}/${name}`)).toBe(false);
    }, 60_000);

    it('is found again by what a dashboard that is gone has stored, and removed', async () => {
      configured();
      let handle = {};
      const stopped = new AbortController();
      const starting = engine.start(
        load({
          signal: stopped.signal,
          onHandle: async (told) => void (handle = told),
        }),
      );
      await vi.waitUntil(() => isThere(`${core}/secrets/${name}`), 10_000);
      await engine.recover(handle);
      expect(await isThere(`${testRuns}/${name}`)).toBe(false);
      await expect(starting.catch((error: unknown) => english(messageOfError(error)))).resolves.toMatch(
        /was deleted by someone/,
      );
      // What is not there any more is no error.
      await engine.recover(handle);
    }, 60_000);

    const failures: [string, () => Promise<unknown>, RegExp][] = [
      [
        'an image that cannot be pulled',
        () =>
          pod(
            'initializer',
            container({ waiting: { reason: 'ImagePullBackOff', message: 'manifest unknown' } }, 'Pending'),
          ),
        /image grafana\/k6:1\.8\.1 cannot be pulled: manifest unknown/,
      ],
      ['a script that its initializer refuses', () => pod('initializer', ended(1)), /initializer refused/],
      ['a TestRun that the operator gave up', () => stage('error'), /gave up \(stage error\)/],
    ];
    it.each(failures)(
      'tells of %s, and leaves nothing',
      async (_what, happen, told) => {
        configured();
        const starting = engine.start(load()).catch((error: unknown) => english(messageOfError(error)));
        await vi.waitUntil(() => isThere(`${core}/secrets/${name}`), 10_000);
        await happen();
        expect(await starting).toMatch(told);
        expect(await isThere(`${testRuns}/${name}`)).toBe(false);
      },
      60_000,
    );

    it('names the right that is missing, and leaves nothing', async () => {
      const without = (resource: string): Rule[] =>
        loadRules.filter(({ resources }) => !resources.includes(resource));
      for (const resource of ['testruns', 'secrets', 'configmaps', 'jobs']) {
        await plane.account(`no-${resource}`, without(resource));
        configured({ token: plane.token(`no-${resource}`) });
        const failure = await engine.start(load()).then(
          () => 'it began',
          (error: unknown) => english(messageOfError(error)),
        );
        expect(failure).toContain(resource);
        expect(failure).toMatch(/deploy\/rbac\.yaml/);
        expect(await isThere(`${testRuns}/${name}`)).toBe(false);
        // Nobody collects garbage here.
        for (const path of [`secrets/${name}`, `configmaps/${name}-script-0`])
          await plane.send('DELETE', `${core}/${path}`);
      }
    }, 60_000);
  },
);

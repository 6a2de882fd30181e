import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newSecret } from '@/lib/access/secret';
import { insertArtefacts } from '@/lib/store/artefacts';
import { getStore } from '@/lib/store/client';
import { sha256Of } from '@/lib/store/script-files';
import { appendLog, appendPoints, ensureSeries, openGap } from '@/lib/store/recording';
import { addToken } from '@/lib/store/tokens';
import { said } from '@/lib/model/message';
import { mountApi } from './mount';
import { type AnyRoute } from './route';
import { routes } from './routes';

/** What a run's script is given, and nobody but runners may read: in no answer, in whatever form it was written. */
const secrets = {
  MY_KEY: 'k-Zq81/xx é?&=+"7',
  SESSION: 'sess_77ab12',
  PIN: '4711',
  LOGIN: 'margarete',
  header: 'hdr-0a9b8c7d',
  module: 'mod-1f2e3d4c',
};
const plain = 'spring-2026';
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-masking-'));
const mounted = mountApi();
const all: readonly AnyRoute[] = routes;
const readable = all.filter(({ contract }) => ['viewer', 'link', 'locked link'].includes(contract.access));
const roles: Record<'viewer' | 'runner', string> = { viewer: '', runner: '' };
let runIds: [string, string];
let serviceId = '';
let retention: unknown;
const links = { run: '', comparison: '' };

function ask(path: string, { token, body }: { token?: string; body?: unknown } = {}, method = 'GET') {
  return mounted(
    new Request(`http://127.0.0.1${path}`, {
      method,
      headers: {
        host: '127.0.0.1',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

/** All that an answer says, also of the files within a ZIP. */
async function textOf(answer: Response): Promise<string> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const texts = isZip ? Object.values(unzipSync(bytes)).map((file) => strFromU8(file)) : [strFromU8(bytes)];
  return [...texts, ...[...answer.headers].map(([name, value]) => `${name}: ${value}`)].join('\n');
}

/** A short content can be found by its hash. */
const contentHash = sha256Of(secrets.PIN);

function told(text: string): string[] {
  if (text.includes(contentHash)) return ['hash'];
  return Object.entries(secrets).flatMap(([name, value]) => {
    const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
    const forms = [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      new URLSearchParams({ v: value }).toString().slice(2),
      base64,
      base64.replaceAll('+', '-').replaceAll('/', '_'),
    ];
    return forms.some((form) => text.includes(form)) ? [name] : [];
  });
}

async function importedRun(): Promise<string> {
  const answer = await mounted(
    new Request('http://127.0.0.1/api/import?save=1&name=imported&file=hey.csv', {
      method: 'POST',
      headers: { host: '127.0.0.1', authorization: `Bearer ${roles.runner}` },
      body: readFileSync('lib/importing/fixtures/hey.csv'),
    }),
  );
  return ((await answer.json()) as { run: { id: string } }).run.id;
}

/** Writes each secret into all of a run that a user, a script or a cluster can write. */
async function fill(id: string): Promise<void> {
  const store = await getStore();
  const base64 = Buffer.from(secrets.SESSION).toString('base64');
  const line = `${Object.values(secrets).join(' | ')} | ${base64} | ?a=${encodeURIComponent(secrets.MY_KEY)} | ${plain}`;
  const { header: _, module: __, ...env } = secrets;
  await store.run.update({
    where: { id },
    data: {
      name: `Load ${line}`,
      notes: line,
      importedFrom: null,
      envJson: JSON.stringify({ ...env, STAGE: plain }),
      plainEnvJson: JSON.stringify(['STAGE']),
      optionsJson: JSON.stringify({ tags: { note: line }, scenarios: { main: { env: { OTHER: line } } } }),
      scriptText: `// ${line}\nhttp.get(url, { headers: { 'X-Tenant': '${secrets.header}', Accept: 'text/html' } })`,
      entryPath: 'main.ts',
      filesJson: JSON.stringify([
        {
          path: `lib/${secrets.SESSION}.ts`,
          bytes: 9,
          text: `// ${line.replaceAll(secrets.module, '')}\nexport const auth = { headers: { 'X-Auth': '${secrets.module}' } };`,
          sha256: contentHash,
        },
        { path: 'pin.csv', bytes: 4, text: null, sha256: contentHash },
      ]),
      stateReason: line,
      stateReasonCode: 'reasons.said',
      stateReasonDataJson: JSON.stringify({ cause: line }),
      summaryJson: JSON.stringify({
        metrics: [
          {
            metric: `http_req_duration{tenant:${secrets.SESSION}}`,
            type: 'trend',
            contains: 'time',
            values: { avg: 1 },
            thresholds: [{ source: `p(95)<${secrets.PIN}`, ok: false }],
          },
        ],
        checks: [{ name: line, path: `::${line}`, passes: 1, fails: 2 }],
        groups: [{ name: line, path: `::${line}` }],
        testRunDurationMs: 1000,
      }),
    },
  });
  for (const value of Object.values(secrets))
    await store.runTag.create({ data: { runId: id, tag: `of ${value}` } });
  const tags = { tenant: secrets.SESSION, name: line, [secrets.LOGIN]: 'x' };
  const seriesId = await ensureSeries(store, id, {
    metric: 'iterations',
    type: 'counter',
    unit: 'none',
    tags,
  });
  await appendPoints(store, id, [{ seriesId, atMs: 1000, value: 3, histogram: null }]);
  await appendLog(store, id, [{ atMs: 100, level: 'info', text: line }]);
  await openGap(store, id, { what: 'pods', fromMs: 100, toMs: 200, reason: said(line) });
  await insertArtefacts(store, id, [
    { name: `${secrets.SESSION}.txt`, bytes: 4, content: new TextEncoder().encode(line) },
  ]);
}

beforeAll(async () => {
  vi.stubEnv('SCALETRACE_DIR', folder);
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
  vi.stubEnv('SCALETRACE_REQUIRE_SIGN_IN', '1');
  const store = await getStore();
  for (const [role, scope] of [
    ['viewer', 'read'],
    ['runner', 'run'],
  ] as const) {
    const { secret, hash } = newSecret();
    await addToken(
      store,
      { name: role, tokenHash: hash, scope, userId: null, expiresAtMs: null },
      Date.now(),
    );
    roles[role] = secret;
  }
  const as = { token: roles.runner };
  runIds = [await importedRun(), await importedRun()];
  for (const id of runIds) await fill(id);
  const body = { name: 'shop', gatewayUrl: 'http://127.0.0.1:9', host: 'shop.example' };
  const service = await ask('/api/services', { ...as, body }, 'POST');
  serviceId = ((await service.json()) as { service: { id: string } }).service.id;
  await ask(`/api/runs/${runIds[0]}/baseline`, as, 'PUT');
  const settings = await ask('/api/settings/retention', as);
  ({ retention } = (await settings.json()) as { retention: unknown });
  const script = {
    body: `const headers = { 'X-Tenant': '${secrets.header}' };`,
    entry: 'main.ts',
    files: [
      { path: 'auth.ts', text: `export const auth = { headers: { 'X-Auth': '${secrets.module}' } };` },
      { path: 'pin.txt', text: secrets.PIN },
    ],
  };
  expect((await ask('/api/scripts/mine', { ...as, body: script }, 'PUT')).status).toBe(200);
  for (const [kind, runs] of [
    ['run', [runIds[0]]],
    ['comparison', runIds],
  ] as const) {
    const share = { runs, notes: true, title: `With ${secrets.SESSION}` };
    const made = await ask('/api/shares', { ...as, body: share }, 'POST');
    links[kind] = ((await made.json()) as { share: { token: string } }).share.token;
  }
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const csv = { format: 'csv', text: 'time,concurrency\n0,1\n1,5\n2,20\n3,5\n', serviceTimeMs: 100 };
const grid = [{ field: 'target', values: [5, 10] }];
const exports = ['json', 'markdown', 'k6-summary', 'junit', 'csv', 'html'];

/** How a route is asked: its addresses, and what is sent. A route that is not here is one that nobody has looked at. */
function requestsOf(key: string): { paths: string[]; body?: unknown } | undefined {
  const [id, other] = runIds;
  const [, path = ''] = key.split(' ');
  const here = path
    .replace('/api/runs/{id}', `/api/runs/${id}`)
    .replace('/api/services/{id}', `/api/services/${serviceId}`);
  const special: Record<string, { paths: string[]; body?: unknown }> = {
    'GET /api/compare': { paths: [`/api/compare?runs=${id},${other}`] },
    'GET /api/trends': { paths: ['/api/trends'] },
    'GET /api/runs/verdicts': { paths: [`/api/runs/verdicts?ids=${id},${other}`] },
    'GET /api/runs/baselines': { paths: [`/api/runs/baselines?ids=${id},${other}`] },
    'GET /api/runs/regressions': { paths: [`/api/runs/regressions?ids=${id},${other}`] },
    'GET /api/runs/{id}/export/{format}': {
      paths: exports.map((format) => `/api/runs/${id}/export/${format}`),
    },
    'GET /api/runs/{id}/recording': { paths: [here, `${here}?detail=1`] },
    'GET /api/runs/{id}/overview': { paths: [here, `${here}?fromMs=0&toMs=5000`] },
    'GET /api/runs': { paths: [here, `${here}?q=Load`, `${here}?service=none`] },
    'GET /api/share/{token}/compare': { paths: [`/api/share/${links.comparison}/compare`] },
    'GET /api/share/{token}/image': {
      paths: [`/api/share/${links.run}/image`, `/api/share/${links.comparison}/image`],
    },
    'GET /api/share/{token}/{part}': { paths: [`/api/share/${links.run}/recording`] },
    'POST /api/share/{token}/unlock': { paths: [`/api/share/${links.run}/unlock`], body: { password: 'x' } },
    'POST /api/what-if': { paths: [here], body: csv },
    'POST /api/what-if/sweep': { paths: [here], body: { ...csv, grid } },
    'POST /api/runs/{id}/what-if': { paths: [here], body: { settings: {} } },
    'POST /api/runs/{id}/sweep': { paths: [here], body: { settings: {}, grid } },
    'POST /api/tokens': { paths: [here], body: { name: 'mine', scope: 'read' } },
    'PUT /api/account/password': { paths: [here], body: { password: 'x', newPassword: 'a long password' } },
    'POST /api/settings/retention/preview': { paths: [here], body: retention },
    'GET /api/services/{id}/board': { paths: [`${here}?fromUnixMs=0&toUnixMs=1000`] },
    'DELETE /api/sessions/{id}': { paths: ['/api/sessions/none'] },
    'DELETE /api/tokens/{id}': { paths: ['/api/tokens/none'] },
  };
  const usual = here.replace('{token}', links.run);
  return special[key] ?? (key.startsWith('GET ') && !usual.includes('{') ? { paths: [usual] } : undefined);
}

/** What is refused here: what was asked for is not there. */
const refusals: Record<string, number> = {
  'GET /api/services/discover': 502,
  'GET /api/services/contexts': 403,
  'GET /api/settings/prometheus': 403,
  'GET /api/share/{token}/{part}': 404,
  'PUT /api/account/password': 409,
  'DELETE /api/sessions/{id}': 404,
  'DELETE /api/tokens/{id}': 403,
  'POST /api/tokens': 403,
};

describe('a secret of a run', () => {
  it('is told to its runner, and in each place that the walk looks at', async () => {
    const run = await textOf(await ask(`/api/runs/${runIds[0]}`, { token: roles.runner }));
    expect(run).toContain(contentHash);
    expect(told(run.replaceAll(contentHash, ''))).toEqual(Object.keys(secrets));
    for (const part of ['log', 'recording', 'events', 'metrics', 'overview'])
      expect([
        part,
        told(await textOf(await ask(`/api/runs/${runIds[0]}/${part}`, { token: roles.runner }))),
      ]).not.toEqual([part, []]);
  });

  it.each(readable.map(({ key }) => key))(
    'is not in what viewers and links are answered: %s',
    async (key) => {
      const asked = requestsOf(key);
      expect(asked, `how ${key} is asked`).toBeDefined();
      const method = key.split(' ')[0];
      const isLinks = key.includes('/api/share/');
      for (const path of asked!.paths) {
        const body = asked!.body === undefined ? {} : { body: asked!.body };
        const answer = await ask(path, isLinks ? body : { token: roles.viewer, ...body }, method);
        const text = await textOf(answer);
        const refused = refusals[key];
        if (refused === undefined) expect(answer.ok, `${path}: ${text.slice(0, 300)}`).toBe(true);
        else expect(answer.status, path).toBe(refused);
        expect(told(text), path).toEqual([]);
      }
    },
  );

  it('is not in the address of an answer that refuses, either', async () => {
    for (const path of ['/api/runs/none', `/api/runs/${runIds[0]}/artefacts/${secrets.SESSION}.txt`])
      expect(told(await textOf(await ask(path, { token: roles.viewer })))).toEqual([]);
  });
});

describe('what is marked as plain', () => {
  it('is shown to viewers and by links, as are the run’s own words', async () => {
    for (const answer of [
      await ask(`/api/runs/${runIds[0]}`, { token: roles.viewer }),
      await ask(`/api/share/${links.run}/overview`),
    ]) {
      const { run } = (await answer.json()) as { run: { env: object; state: string; name: string } };
      expect(run.env).toEqual({
        MY_KEY: '••••••',
        SESSION: '••••••',
        PIN: '••••••',
        LOGIN: '••••••',
        STAGE: plain,
      });
      expect(run.state).toBe('finished');
      expect(run.name).toContain(plain);
    }
  });
});

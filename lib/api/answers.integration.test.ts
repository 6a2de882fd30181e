import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Authority } from '@/lib/lab/certificates';
import { insertArtefacts } from '@/lib/store/artefacts';
import { getStore } from '@/lib/store/client';
import { apiClient } from './client';
import { mountApi } from './mount';
import { routes } from './routes';

/** Answers are checked against the contract where they are made; one that is not as it says is a 500 here. */
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-answers-'));
const mounted = mountApi();
const asked = new Set<string>();
const api = apiClient({
  baseUrl: 'http://127.0.0.1',
  fetch: async (input, init) => {
    const request = new Request(input, init);
    request.headers.set('host', '127.0.0.1');
    return mounted(request);
  },
});
const call: typeof api = Object.assign(
  ((key, ...options) => {
    asked.add(key);
    return api(key, ...options);
  }) as typeof api,
  api,
);
let first = '';
let second = '';

async function imported(name: string): Promise<string> {
  asked.add('POST /api/import');
  const { run } = await api('POST /api/import', {
    query: { save: '1', name, file: 'hey.csv' },
    body: readFileSync('lib/importing/fixtures/hey.csv'),
  });
  return run!.id;
}

async function eventsOf(address: string): Promise<string[]> {
  const answer = await mounted(new Request(`http://127.0.0.1${address}`, { headers: { host: '127.0.0.1' } }));
  return [...(await answer.text()).matchAll(/^event: (.*)$/gm)].map((match) => match[1]!);
}

beforeAll(async () => {
  vi.stubEnv('SCALETRACE_DIR', folder);
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
  [first, second] = [await imported('first'), await imported('second')];
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('answers are as their contract says', () => {
  it('of runs', async () => {
    expect((await call('GET /api/runs', { query: { q: 'first' } })).runs.map(({ id }) => id)).toEqual([
      first,
    ]);
    expect((await call('GET /api/runs/{id}', { params: { id: first } })).run.name).toBe('first');
    const params = { id: first };
    await call('PATCH /api/runs/{id}', { params, body: { notes: 'noted', tags: ['a'] } });
    expect((await call('GET /api/runs/tags')).tags).toEqual(['a']);
    await call('POST /api/runs/tags', { body: { ids: [first], add: ['b'] } });
    expect((await call('POST /api/runs/delete', { body: { ids: [second] } })).ids).toEqual([second]);
    expect((await call('POST /api/runs/restore', { body: { ids: [second] } })).ids).toEqual([second]);
    await call('DELETE /api/runs/{id}', { params: { id: second } });
    await call('POST /api/runs/restore', { body: { ids: [second] } });
  });

  it('of what a run recorded', async () => {
    const params = { id: first };
    expect((await call('GET /api/runs/{id}/overview', { params })).run.id).toBe(first);
    await call('GET /api/runs/{id}/overview', { params, query: { fromMs: 0, toMs: 1000 } });
    await call('GET /api/runs/{id}/log', { params });
    await call('GET /api/runs/{id}/range', { params });
    await call('GET /api/runs/{id}/metrics', { params });
    await call('GET /api/runs/{id}/decisions', { params });
    await call('GET /api/runs/{id}/recording', { params, query: { detail: '1' } });
    await insertArtefacts(await getStore(), first, [
      { name: '報告 (1).html', bytes: 3, content: Buffer.from('<p>') },
      { name: 'large.bin', bytes: 1e9, content: null },
    ]);
    expect((await call('GET /api/runs/{id}/artefacts', { params })).artefacts).toEqual([
      { name: 'large.bin', bytes: 1e9, kept: false },
      { name: '報告 (1).html', bytes: 3, kept: true },
    ]);
    asked.add('GET /api/runs/{id}/artefacts/{name}');
    const artefact = (name: string) =>
      api.file('GET /api/runs/{id}/artefacts/{name}', { params: { id: first, name } });
    expect(Buffer.from(await artefact('報告 (1).html')).toString()).toBe('<p>');
    for (const name of ['large.bin', 'none', '../secret'])
      await expect(artefact(name)).rejects.toMatchObject({ status: 404 });
    const form = new FormData();
    form.append('main.ts', new Blob(['export default function () {}']));
    form.append('users.csv', new Blob(['anna']));
    const { files } = await call('POST /api/script-files', { body: form });
    asked.add('GET /api/script-files/{sha256}').add('GET /api/runs/{id}/files');
    const { sha256 } = files.find(({ path }) => path === 'users.csv')!;
    const kept = await api.file('GET /api/script-files/{sha256}', { params: { sha256 } });
    expect(Buffer.from(kept).toString()).toBe('anna');
    // An imported run has no script's files.
    await expect(api.file('GET /api/runs/{id}/files', { params })).rejects.toMatchObject({ status: 404 });
    expect((await call('GET /api/runs/{id}/result', { params })).requests).toBe(120);
    expect((await call('GET /api/runs/{id}/log-link', { params })).template).toBeNull();
    asked.add('GET /api/runs/{id}/events');
    expect(await eventsOf(`/api/runs/${first}/events`)).toEqual(['run', 'overview', 'end']);
    for (const format of ['json', 'markdown', 'k6-summary', 'junit', 'csv']) {
      asked.add('GET /api/runs/{id}/export/{format}');
      const file = await api.file('GET /api/runs/{id}/export/{format}', { params: { id: first, format } });
      expect(file.byteLength).toBeGreaterThan(0);
    }
  });

  it('of runs against each other', async () => {
    const params = { id: first };
    await call('PUT /api/runs/{id}/baseline', { params });
    expect((await call('GET /api/runs/{id}/baseline', { params: { id: second } })).baseline?.runId).toBe(
      first,
    );
    const { regressions } = await call('GET /api/runs/regressions', { query: { ids: second } });
    expect(Object.keys(regressions)).toEqual([second]);
    expect(
      (await call('GET /api/runs/baselines', { query: { ids: `${first},${second}` } })).baselines,
    ).toEqual([]);
    expect((await call('GET /api/runs/baselines', { query: { ids: first } })).baselines).toEqual([
      { runId: first, name: 'first', runs: 1 },
    ]);
    const { verdicts } = await call('GET /api/runs/verdicts', { query: { ids: `${first},${second}` } });
    expect(Object.keys(verdicts).sort()).toEqual([first, second].sort());
    expect((await call('GET /api/trends')).runs.length).toBe(2);
    expect((await call('GET /api/compare', { query: { runs: `${first},${second}` } })).referenceId).toBe(
      first,
    );
    await call('DELETE /api/runs/{id}/baseline', { params });
  });

  it('of share links', async () => {
    const { share } = await call('POST /api/shares', { body: { runs: [first], notes: true } });
    const params = { token: share.token };
    expect((await call('GET /api/share/{token}', { params })).kind).toBe('run');
    expect((await call('GET /api/share/{token}/overview', { params })).run.id).not.toBe(first);
    await call('GET /api/share/{token}/log', { params });
    await call('GET /api/share/{token}/range', { params });
    await call('GET /api/share/{token}/metrics', { params });
    await call('GET /api/share/{token}/decisions', { params });
    asked.add('GET /api/share/{token}/events');
    expect(await eventsOf(`/api/share/${share.token}/events`)).toEqual(['run', 'overview', 'end']);
    asked.add('GET /api/share/{token}/image');
    expect((await api.file('GET /api/share/{token}/image', { params })).byteLength).toBeGreaterThan(0);
    const nothing = call('GET /api/share/{token}/{part}', { params: { ...params, part: 'recording' } });
    await expect(nothing).rejects.toMatchObject({ status: 404 });
    const compared = (await call('POST /api/shares', { body: { runs: [first, second] } })).share;
    await call('GET /api/share/{token}/compare', { params: { token: compared.token } });
    expect((await call('GET /api/shares', { query: { runs: first } })).shares.length).toBe(2);
    await call('DELETE /api/shares/{id}', { params: { id: share.id } });
    await expect(call('GET /api/share/{token}', { params })).rejects.toMatchObject({ status: 410 });
    const locked = (await call('POST /api/shares', { body: { runs: [first], password: 'a password' } }))
      .share;
    await call('POST /api/share/{token}/unlock', {
      params: { token: locked.token },
      body: { password: 'a password' },
    });
  });

  it('of replays', async () => {
    const body = {
      format: 'csv' as const,
      text: 'time,concurrency\n0,1\n1,5\n2,20\n3,5\n',
      serviceTimeMs: 100,
    };
    expect((await call('POST /api/what-if', { body })).demand.kind).toBe('closed');
    asked.add('POST /api/what-if/sweep');
    const lines = [];
    const grid = [{ field: 'target' as const, values: [5, 10] }];
    for await (const line of api.lines('POST /api/what-if/sweep', { body: { ...body, grid } }))
      lines.push(line);
    expect(lines[0]).toEqual({ size: 2 });
    expect(lines.at(-1)).toEqual({ done: true });
  });

  it('of a service’s client certificate, whose key nothing but its own file has', async () => {
    const authority = await Authority.open(folder);
    const { cert, key } = await authority.sign(['client'], { subject: 'tester' });
    const body = {
      name: 'shown',
      gatewayUrl: 'https://127.0.0.1:9',
      host: 'shown.example',
      gatewayClient: { certificate: cert, key },
    };
    const wrong = { ...body.gatewayClient, key: (await authority.sign(['other'])).key };
    await expect(
      api('POST /api/services', { body: { ...body, gatewayClient: wrong } }),
    ).rejects.toMatchObject({
      status: 400,
      errors: [{ path: 'gatewayClient.key' }],
    });
    const { service } = await call('POST /api/services', { body });
    expect(service.gatewayClient).toMatchObject({ subject: 'tester' });
    const kept = join(folder, 'client-certificates');
    const [file = ''] = readdirSync(kept);
    expect(JSON.parse(readFileSync(join(kept, file), 'utf8'))).toEqual({
      cert: cert.trim(),
      key: key.trim(),
    });
    expect([statSync(kept).mode & 0o777, statSync(join(kept, file)).mode & 0o777]).toEqual([0o700, 0o600]);
    const { gatewayClient: _absent, ...unchanged } = body;
    const params = { id: service.id };
    const edited = await api('PUT /api/services/{id}', { params, body: { ...unchanged, host: 'b.example' } });
    expect(edited.service.gatewayClient).toEqual(service.gatewayClient);
    const [, line = ''] = key.split('\n');
    const said = JSON.stringify([
      service,
      edited,
      await api('GET /api/services'),
      await api('GET /api/audit'),
    ]);
    expect(said).not.toContain(line);
    for (const name of readdirSync(folder).filter((one) => one.startsWith('scaletrace.db')))
      expect(readFileSync(join(folder, name), 'latin1')).not.toContain(line);
    await api('PUT /api/services/{id}', { params, body: { ...unchanged, gatewayClient: null } });
    expect(readdirSync(kept)).toEqual([]);
    await api('PUT /api/services/{id}', { params, body });
    expect(readdirSync(kept)).toHaveLength(1);
    await call('DELETE /api/services/{id}', { params });
    expect(readdirSync(kept)).toEqual([]);
  });

  it('of services and scripts', async () => {
    const body = { name: 'shop', gatewayUrl: 'http://127.0.0.1:9', host: 'shop.example' };
    const { service } = await call('POST /api/services', { body });
    const params = { id: service.id };
    await call('PUT /api/services/{id}', { params, body: { ...body, containerConcurrency: 3 } });
    expect((await call('GET /api/services')).services.length).toBe(1);
    expect((await call('GET /api/services/contexts')).current).toBeNull();
    await call('GET /api/services/{id}/autoscaling', { params });
    await call('POST /api/services/{id}/test', { params });
    const stretch = { fromUnixMs: Date.now() - 60_000, toUnixMs: Date.now() + 60_000 };
    const board = () => call('GET /api/services/{id}/board', { params, query: stretch });
    expect(await board()).toEqual({ watchedSinceUnixMs: null, board: null });
    await call('PUT /api/services/{id}/board', { params, body: { watched: true } });
    await expect.poll(async () => (await board()).board?.run.service.name).toBe('shop');
    const kept = await call('POST /api/services/{id}/board/runs', {
      params,
      body: { ...stretch, name: 'kept' },
    });
    expect(kept.run).toMatchObject({ name: 'kept', state: 'finished' });
    await call('POST /api/runs/delete', { body: { ids: [kept.run.id] } });
    await call('DELETE /api/services/{id}', { params });
    const script = { params: { name: 'two words' }, body: { body: 'export default function () {}' } };
    await call('PUT /api/scripts/{name}', script);
    await call('PATCH /api/scripts/{name}', { params: script.params, body: { name: 'three words' } });
    expect((await call('GET /api/scripts')).scripts.map(({ name }) => name)).toContain('three words');
    await call('DELETE /api/scripts/{name}', { params: { name: 'three words' } });
    await call('POST /api/scripts/check', { body: { scriptName: 'x', scriptText: script.body.body } });
  });

  it('of people and settings', async () => {
    const password = 'a long password';
    const { user } = await call('POST /api/users', { body: { name: 'ada', password, role: 'admin' } });
    await call('PATCH /api/users/{id}', { params: { id: user.id }, body: { disabled: false } });
    expect((await call('GET /api/users')).users.length).toBe(1);
    await call('POST /api/session', { body: { name: 'ada', password } });
    expect((await call('GET /api/session')).kind).toBe('local');
    const { sessions } = await call('GET /api/sessions', { query: { of: 'all' } });
    await call('DELETE /api/sessions/{id}', { params: { id: sessions[0]!.id } });
    await call('DELETE /api/session');
    const { token } = await call('POST /api/tokens', { body: { name: 'ci', scope: 'read' } });
    expect((await call('GET /api/tokens')).tokens.length).toBe(1);
    await call('DELETE /api/tokens/{id}', { params: { id: token.id } });
    const { retention } = await call('GET /api/settings/retention');
    await call('PUT /api/settings/retention', { body: retention });
    await call('POST /api/settings/retention/preview', { body: retention });
    await call('POST /api/settings/retention/run');
    const { board } = await call('GET /api/settings/board');
    await call('PUT /api/settings/board', { body: board });
    const server = { url: 'http://127.0.0.1:9', auth: 'bearer' as const, secret: 'swordfish' };
    const { whyCode } = await call('POST /api/settings/prometheus/test', { body: { prometheus: server } });
    expect(whyCode).not.toBeNull();
    await call('PUT /api/settings/prometheus', { body: { prometheus: server } });
    const { prometheus } = await call('GET /api/settings/prometheus');
    const version = expect.any(String) as unknown;
    expect(prometheus).toEqual({
      url: server.url,
      auth: 'bearer',
      user: '',
      hasSecret: true,
      ca: '',
      version,
    });
    const seen = {
      ...(await api('PUT /api/settings/prometheus', { body: { prometheus: server } })).prometheus,
    };
    const late = call('PUT /api/settings/prometheus', {
      body: { prometheus: { ...server, url: 'http://127.0.0.1:8' }, version: prometheus!.version },
    });
    await expect(late).rejects.toMatchObject({ status: 409, code: 'problems.changed-meanwhile' });
    expect((await call('GET /api/settings/prometheus')).prometheus).toEqual(seen);
    await call('PUT /api/settings/prometheus', { body: { prometheus: null } });
    const status = await call('GET /api/status');
    expect(status.cluster).toBeNull();
    expect(status.cage).toMatchObject({ switchedOff: false });
    expect((await call('GET /api/openapi.json')).openapi).toBe('3.1.0');
    asked.add('GET /api/words/{locale}');
    const german = api.file('GET /api/words/{locale}', { params: { locale: 'de' } });
    await expect(german).rejects.toMatchObject({ status: 404 });
    const { entries } = await call('GET /api/audit', { query: { pageSize: 200 } });
    expect(entries.map(({ action }) => action)).toContain('share.create');
  });

  it('of the webhook of a service', async () => {
    const body = { name: 'told', gatewayUrl: 'http://127.0.0.1:9', host: 'told.example' };
    const { service } = await call('POST /api/services', { body });
    const params = { id: service.id };
    const webhook = { url: 'http://127.0.0.1:9/secret-path', secret: 'swordfish' };
    await call('PUT /api/services/{id}/webhook', { params, body: { webhook } });
    const { webhooks } = await call('GET /api/services/webhooks');
    expect(webhooks[service.id]).toEqual({
      format: 'json',
      when: 'always',
      host: '127.0.0.1:9',
      hasSecret: true,
      version: expect.any(String) as unknown,
      last: null,
    });
    const { version } = webhooks[service.id]!;
    const elsewhere = { ...webhook, url: 'http://127.0.0.1:8/other' };
    const changed = await call('PUT /api/services/{id}/webhook', {
      params,
      body: { webhook: elsewhere, version },
    });
    // Whoever was shown the one before does not replace it unseen, nor removes it; nor who was shown none.
    for (const seen of [version, null])
      await expect(
        call('PUT /api/services/{id}/webhook', { params, body: { webhook, version: seen } }),
      ).rejects.toMatchObject({ status: 409, code: 'problems.changed-meanwhile' });
    await expect(
      call('DELETE /api/services/{id}/webhook', { params, query: { version } }),
    ).rejects.toMatchObject({ status: 409 });
    expect((await call('GET /api/services/webhooks')).webhooks[service.id]).toEqual(changed.webhook);
    expect((await call('POST /api/services/{id}/webhook/test', { params, body: {} })).why).not.toBeNull();
    await call('DELETE /api/services/{id}/webhook', { params });
    expect((await call('GET /api/services/webhooks')).webhooks).toEqual({});
    const { entries } = await call('GET /api/audit', { query: { pageSize: 200 } });
    const told = JSON.stringify(entries.filter(({ action }) => action.startsWith('webhook.')));
    expect(told).toContain('127.0.0.1:9');
    expect(told).not.toMatch(/secret-path|swordfish/);
  });

  it('for all routes but those that a cluster or a run under way is needed for', () => {
    const elsewhere = [
      'POST /api/runs',
      'POST /api/runs/{id}/stop',
      'POST /api/runs/{id}/what-if',
      'POST /api/runs/{id}/sweep',
      'POST /api/services/apply',
      'POST /api/services/{id}/refresh',
      'GET /api/services/discover',
      'GET /api/services/targets',
      'GET /api/services/{id}/k6-operator',
      'POST /api/ingest/{id}',
      'PUT /api/account/password',
      // Of a whole dashboard: lib/server/gate.integration.test.ts.
      'GET /api/metrics',
    ];
    const unasked = routes.map(({ key }) => key).filter((key) => !asked.has(key));
    expect(unasked.sort()).toEqual(elsewhere.sort());
  });
});

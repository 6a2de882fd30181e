import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { limits } from '@/lib/model/limits';
import { getStore } from '@/lib/store/client';
import { mountApi } from './mount';

/** What comes from outside is bounded where it comes in: by the API itself, as anybody asks it. */
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-limits-'));
const mounted = mountApi();

interface Answered {
  status: number;
  body: {
    code?: string;
    run?: { id: string } | null;
    errors?: { line?: number }[];
    checks?: { name: string }[];
  };
}

async function ask(
  method: string,
  path: string,
  body?: BodyInit,
  more: RequestInit & { duplex?: 'half' } = {},
): Promise<Answered> {
  const headers = { host: '127.0.0.1', 'content-type': 'application/json', ...more.headers };
  const request = new Request(`http://127.0.0.1${path}`, { method, ...more, headers, body });
  const answer = await mounted(request);
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answered['body'] };
}

const point = (metric: string, value: number, time: string): string =>
  JSON.stringify({ metric, type: 'Point', data: { time, value, tags: { status: '200' } } });

/** 64 KB pieces of a text, without end. */
function endless(piece: string, tell: (bytes: number) => void = () => undefined): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(piece.repeat(Math.ceil(65_536 / piece.length)));
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      // Other requests have their turn, as between packets.
      await new Promise((resolve) => setImmediate(resolve));
      // What is refused is read on, so that the refusal is heard: here until so much.
      if (sent > 2 ** 26) return controller.close();
      controller.enqueue(bytes);
      tell((sent += bytes.length));
    },
  });
}

beforeAll(() => {
  vi.stubEnv('SCALETRACE_DIR', folder);
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('refuses a k6 file with a request of 1e22 ms, and one whose points lie a year apart, by the line', async () => {
  const long = [
    point('http_reqs', 1, '2026-01-01T00:00:00Z'),
    point('http_req_duration', 1e22, '2026-01-01T00:00:00Z'),
  ];
  const { status, body } = await ask('POST', '/api/import?save=1', `${long.join('\n')}\n`);
  expect([status, body.code, body.errors?.[0]?.line]).toEqual([422, 'problems.import-value', 2]);
  const far = [point('http_reqs', 1, '2026-01-01T00:00:00Z'), point('http_reqs', 1, '2027-01-01T00:00:00Z')];
  expect((await ask('POST', '/api/import?save=1', `${far.join('\n')}\n`)).body.code).toBe(
    'problems.import-span',
  );
});

it('keeps an import that is as large as may be, and replays it', async () => {
  const times = ['2026-01-01T00:00:00Z', '2026-01-07T23:59:59Z'];
  const lines = times.flatMap((time) => [point('http_reqs', 1, time), point('http_req_duration', 900, time)]);
  const { status, body } = await ask('POST', '/api/import?save=1', `${lines.join('\n')}\n`);
  expect(status).toBe(201);
  const replayed = await ask('POST', `/api/runs/${body.run?.id}/what-if`, '{}');
  expect(replayed.status).toBe(200);
});

it('ends the thread of an import and of a what-if whose request is left', async () => {
  const leave = new AbortController();
  let sent = 0;
  const import_ = ask(
    'POST',
    '/api/import',
    endless(`${point('http_reqs', 1, '2026-01-01T00:00:00Z')}\n`, (bytes) => {
      if ((sent = bytes) > 2 ** 20) leave.abort();
    }),
    { signal: leave.signal, duplex: 'half' },
  );
  expect((await import_).status).toBe(499);
  expect(sent).toBeGreaterThan(2 ** 20);

  const day = 86_400;
  // Three weeks: no machine replays them before the request is left.
  const text = Array.from(
    { length: 200_000 },
    (_, i) => `${1_700_000_000 + 10 * i},${(i >> 4) % 2 ? 1e9 : 0}`,
  ).join('\n');
  const body = {
    format: 'csv',
    text,
    serviceTimeMs: 10,
    containerConcurrency: 1,
    podStartMs: 0,
    settings: { target: 0.01, maxScaleUpRate: 1e9, maxScaleDownRate: 1e9, stableWindowSeconds: 6 },
  };
  const gone = new AbortController();
  setTimeout(() => gone.abort(), 1000);
  expect((await ask('POST', '/api/what-if', JSON.stringify(body), { signal: gone.signal })).status).toBe(499);
  const tooLong = { ...body, text: `0,1\n${day * 40},1` };
  expect(await ask('POST', '/api/what-if', JSON.stringify(tooLong))).toMatchObject({ status: 422 });
});

it('holds no more of a body than may be, however long it is', async () => {
  const before = process.memoryUsage().rss;
  const headers = { 'content-type': 'application/x-protobuf', authorization: 'Bearer anything' };
  for (const [path, more] of [
    ['/api/services', {}],
    ['/api/ingest/none', { headers }],
  ] as const)
    expect(await ask('POST', path, endless('x'), { ...more, duplex: 'half' }), path).toMatchObject({
      status: 413,
    });
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 26 + limits.push.bytes);
});

it('tells of a gateway whose page never ends or trickles, whose answer is elsewhere, and goes on', async () => {
  const gateway = createServer((request, response) => {
    if (request.url !== '/metrics') return response.writeHead(302, { location: '/inside' }).end();
    const page = Buffer.alloc(2 ** 20, '# page\n');
    const write = (): void => {
      while (!response.destroyed && response.write(page));
    };
    response.on('drain', write);
    write();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => gateway.once('listening', resolve));
  const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const registered = await ask(
    'POST',
    '/api/services',
    JSON.stringify({
      name: 'endless',
      gatewayUrl,
      host: 'endless.example',
      gatewayMetricsUrl: `${gatewayUrl}/metrics`,
    }),
  );
  const { id } = (registered.body as { service: { id: string } }).service;
  // Of a cluster that cannot be asked nobody knows whether the request would start a pod.
  const tested = await ask('POST', `/api/services/${id}/test?wakes=true`);
  gateway.closeAllConnections();
  gateway.close();
  expect(tested.status).toBe(200);
  const checks = tested.body.checks ?? [];
  const found = (name: string): unknown => checks.find((check) => check.name === name);
  expect(found('gateway')).toMatchObject({ ok: true, data: { status: 302 } });
  expect(found('host')).toMatchObject({ ok: true, data: { status: 302 } });
  expect(found('concurrency')).toMatchObject({ ok: false, why: { code: 'reasons.answer-too-large' } });
});

it('refuses a script that writes without end while it is checked', async () => {
  const scriptText = `for (let i = 0; i < 40000; i++) console.log('x'.repeat(1000)); export default () => undefined;`;
  const { status, body } = await ask(
    'POST',
    '/api/scripts/check',
    JSON.stringify({ scriptName: 'wordy', scriptText }),
  );
  expect([status, body.code]).toEqual([422, 'problems.script-wordy']);
});

it('refuses NUL in a text, and takes names that every object has', async () => {
  const service = { name: 'nul', gatewayUrl: 'http://127.0.0.1:1', host: 'a\0b' };
  expect(await ask('POST', '/api/services', JSON.stringify(service))).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'host' }] },
  });
  const annotated = `{"name":"own","gatewayUrl":"http://127.0.0.1:1","host":"h","annotations":{"__proto__":"x","constructor":"y"}}`;
  expect((await ask('POST', '/api/services', annotated)).status).toBe(201);
});

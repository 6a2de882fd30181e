import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partsOf } from '@/lib/api/route';
import { routes } from '@/lib/api/routes';
import { Processes } from '@/scripts/processes';

const port = 4597;
const state = mkdtempSync(join(tmpdir(), 'scaletrace-gate-'));
const before = { SCALETRACE_DIR: process.env.SCALETRACE_DIR, KUBECONFIG: process.env.KUBECONFIG };
const processes = new Processes();

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
}

/** As no browser would ask: any method, any path, any Host. */
function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
      if (/event-stream/.test(answer.headers['content-type'] ?? '')) answer.destroy();
    });
    asked.on('error', reject).end();
  });
}

beforeAll(async () => {
  process.env.SCALETRACE_DIR = state;
  process.env.KUBECONFIG = join(state, 'none');
  await processes.startDashboard({ mode: 'start', host: '127.0.0.1', port });
});
afterAll(async () => {
  await processes.stopAll();
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(state, { recursive: true, force: true });
});

function expectGuarded({ headers }: Answer): void {
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'self'; script-src 'self' 'nonce-[\w+/=]{24}';.*frame-ancestors 'none'/,
  );
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  });
  expect(headers['permissions-policy']).toContain('camera=()');
}

describe('every answer has the headers', () => {
  it('of the API, whatever the route answers', async () => {
    for (const { key } of routes) {
      const { method, path } = partsOf(key);
      expectGuarded(await ask(method, path.replace(/\{\w+\}/g, 'none')));
    }
  });

  it('of pages, assets and what is not there, each with a nonce of its own', async () => {
    const pages = readdirSync('app', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('page.tsx'))
      .map((file) => `/${file.replace(/\/?page\.tsx$/, '').replace(/\[[^\]]*\]/g, 'none')}`);
    const assets = readdirSync('.next/static', { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(js|css|woff2)$/.test(file),
    );
    const paths = [
      ...pages,
      ...assets.slice(0, 5).map((file) => `/_next/static/${file}`),
      '/icon.svg',
      '/none',
    ];
    const policies = new Set<unknown>();
    for (const path of paths) {
      const answer = await ask('GET', path);
      expectGuarded(answer);
      policies.add(answer.headers['content-security-policy']);
    }
    expect(policies.size).toBe(paths.length);
  });
});

describe('what Next would answer with an error is refused before it', () => {
  it.each(['TRACE', 'PROPFIND', 'MKCOL', 'LINK', 'PURGE'])('%s', async (method) => {
    for (const path of ['/', '/api/runs', '/_next/static/none']) {
      const answer = await ask(method, path);
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toContain('GET, HEAD');
      expectGuarded(answer);
    }
  });

  it('an address or headers that are too long, and a whole address', async () => {
    expect((await ask('GET', `/?${'x'.repeat(9000)}`)).status).toBe(414);
    expect((await ask('GET', '/', { 'x-long': 'x'.repeat(20_000) })).status).toBe(431);
    expect((await ask('GET', 'http://evil.example/')).status).toBe(400);
  });
});

describe('what is no HTTP has the headers too:', () => {
  /** The answer to bytes as they are. */
  const say = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket
        .setEncoding('utf8')
        .on('data', (piece: string) => (answer += piece))
        .on('error', reject)
        .on('close', () => resolve(answer));
    });
  const host = `Host: 127.0.0.1:${port}\r\n`;

  it.each([
    ['no request at all', 'hello\r\n\r\n', 400],
    ['a header without a name', `GET / HTTP/1.1\r\n${host}: x\r\n\r\n`, 400],
    ['two lengths', `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['headers that are too long', `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'chunks that are mostly extensions',
      `POST /api/import HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(17_000)}`,
      413,
    ],
    ['an expectation', `POST / HTTP/1.1\r\n${host}Expect: more\r\nContent-Length: 1\r\n\r\nx`, 417],
    ['a proxy’s request', `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`, 405],
    ['half a request', `GET / HTTP/1.1\r\n${host}`, 408],
  ])('%s', { timeout: 40_000 }, async (_what, text, status) => {
    const [head = '', body = ''] = (await say(text)).split('\r\n\r\n');
    const [first = '', ...lines] = head.split('\r\n');
    expect(first).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const headers = Object.fromEntries(
      lines.map((line) => {
        const [name = '', value] = line.split(/: (.*)/);
        return [name.toLowerCase(), value];
      }),
    );
    expectGuarded({ status, headers });
    expect(JSON.parse(body.replace(/^[0-9a-f]+\r\n|\r\n0$/g, ''))).toMatchObject({
      status,
      detail: expect.any(String) as unknown,
    });
  });
});

describe('what watches the process', () => {
  const text = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}${path}`)).text();

  it('learns that it lives and is ready, by whatever name it asks', async () => {
    for (const path of ['/healthz', '/readyz'])
      for (const host of [`127.0.0.1:${port}`, '10.1.2.3:4300']) {
        const answer = await ask('GET', path, { host });
        expect([path, answer.status]).toEqual([path, 200]);
        expectGuarded(answer);
      }
    expect(await text('/readyz')).toBe('ok\n');
  });

  it('reads in Prometheus’ format what each thread tells', async () => {
    const lines = (await text('/metrics')).split('\n');
    const valueOf = (name: string, labels: Record<string, string>): number | undefined => {
      const line = lines.find(
        (text) =>
          text.startsWith(`${name}{`) &&
          Object.entries(labels).every(([label, value]) => text.includes(`${label}="${value}"`)),
      );
      return line === undefined ? undefined : Number(line.split('} ')[1]);
    };
    const threads = ['main', 'recording'];
    for (const thread of threads) {
      expect(valueOf('scaletrace_database_seconds_count', { thread, kind: 'read' })).toBeGreaterThan(0);
      expect(
        valueOf('scaletrace_event_loop_delay_seconds', { thread, quantile: '0.99' }),
      ).toBeGreaterThanOrEqual(0);
    }
    expect(valueOf('scaletrace_runs_active', { thread: 'recording' })).toBe(0);
    expect(valueOf('scaletrace_runs_queued', { thread: 'recording' })).toBe(0);
    expect(valueOf('scaletrace_runs_active', { thread: 'main' })).toBeUndefined();
    // From nought on, or an alert on their increase would not see the first.
    expect(valueOf('scaletrace_gaps_total', { thread: 'recording', what: 'requests' })).toBe(0);
    expect(valueOf('scaletrace_runs_ended_total', { thread: 'recording', state: 'failed' })).toBe(0);
    expect(valueOf('process_resident_memory_bytes', {})).toBeGreaterThan(2 ** 20);
    expect((await ask('GET', '/metrics', { host: 'evil.example' })).status).toBe(421);
  });
});

describe('a foreign name or site', () => {
  it('is answered by no route', async () => {
    for (const { key } of routes) {
      const { method, path } = partsOf(key);
      const address = path.replace(/\{\w+\}/g, 'none');
      expect([key, (await ask(method, address, { host: 'evil.example' })).status]).toEqual([key, 421]);
      if (method === 'GET' || path.startsWith('/api/ingest/')) continue;
      const foreign = await ask(method, address, { origin: 'http://evil.example' });
      expect([key, foreign.status]).toEqual([key, 403]);
    }
  });

  it('is led nowhere else by an address', async () => {
    for (const path of ['//evil.example/', '/\\evil.example', '/%5cevil.example', '/.//evil.example']) {
      const { headers } = await ask('GET', path);
      if (typeof headers.location === 'string')
        expect(new URL(headers.location, `http://127.0.0.1:${port}`).host).toBe(`127.0.0.1:${port}`);
    }
  });
});

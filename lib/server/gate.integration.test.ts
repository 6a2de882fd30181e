import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
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

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getStore } from '@/lib/store/client';
import { mountApi } from './mount';
import { partsOf, type AnyRoute, type Method } from './route';
import { routes } from './routes';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-api-'));
const api = mountApi();
const all: readonly AnyRoute[] = routes;
const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const paths = [...new Set(all.map(({ key }) => partsOf(key).path))];
const addressOf = (path: string): string =>
  `http://127.0.0.1${path.replace('{format}', 'json').replace(/\{\w+\}/g, 'nothing')}`;

async function ask(
  method: string,
  path: string,
  { type, body }: { type?: string; body?: string } = {},
): Promise<Response> {
  return api(
    new Request(addressOf(path), {
      method,
      headers: { host: '127.0.0.1', ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    }),
  );
}

beforeAll(() => vi.stubEnv('SCALETRACE_DIR', folder));
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('a path', () => {
  for (const path of paths) {
    const has = all.map(({ key }) => partsOf(key)).flatMap((one) => (one.path === path ? [one.method] : []));

    it(`${path} refuses methods that it does not have, and names those it has`, async () => {
      const allow = [...has, ...(has.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join(', ');
      for (const method of methods.filter((one) => !has.includes(one))) {
        const answer = await ask(method, path);
        expect([method, answer.status, answer.headers.get('allow'), await answer.text()]).toEqual([
          method,
          405,
          allow,
          '',
        ]);
      }
      const options = await ask('OPTIONS', path);
      expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
    });

    it(`${path} answers HEAD as GET, without a body`, async () => {
      const head = await ask('HEAD', path);
      expect(await head.text()).toBe('');
      if (!has.includes('GET')) return expect(head.status).toBe(405);
      const get = await ask('GET', path);
      await get.body?.cancel();
      expect([head.status, [...head.headers]]).toEqual([get.status, [...get.headers]]);
    });
  }

  it('that is none is answered as a problem', async () => {
    for (const path of ['/api/nothing', '/api/runs/x/nothing', '/api/share/x/recording']) {
      const answer = await ask('GET', path);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({ status: 404, title: 'Not found' });
    }
  });

  it('by name comes before one by a parameter', async () => {
    expect(await (await ask('GET', '/api/runs/tags')).json()).toEqual({ tags: [] });
    expect((await ask('GET', '/api/runs/tugs')).status).toBe(404);
  });
});

describe('a body', () => {
  // A link is looked for, and a password’s owner, before the body is read.
  const bodied = all.filter(({ key, contract }) => contract.body && !/\/api\/(share|account)\//.test(key));

  for (const { key, contract } of bodied) {
    const { method, path } = partsOf(key);
    it(`of ${key} must be JSON of its shape, and not too long`, async () => {
      const statusOf = async (type: string | undefined, body: string): Promise<number> => {
        const answer = await ask(method, path, { ...(type === undefined ? {} : { type }), body });
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
        return answer.status;
      };
      expect(await statusOf(undefined, '{}')).toBe(415);
      expect(await statusOf('text/plain', '{}')).toBe(415);
      expect(await statusOf('application/json', '{')).toBe(400);
      expect(await statusOf('application/json', '[]')).toBe(400);
      expect(await statusOf('application/json; charset=utf-8', '{"unknown":1}')).toBe(400);
      if (contract.maxCharacters === undefined)
        expect(await statusOf('application/json', `"${'x'.repeat(2_000_000)}"`)).toBe(413);
    });
  }
});

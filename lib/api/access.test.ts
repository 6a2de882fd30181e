import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locales, messagesOf } from '@/lib/words/catalogue';
import { mountApi } from './mount';
import { partsOf, type AnyRoute } from './route';
import { routes } from './routes';

/** Opened by a secret of their own, or by none: the way in. */
const publicRoutes: Record<string, string> = {
  '/api/ingest/{id}': 'the run’s own secret',
  '/api/session': 'sign-in, sign-out, and whether it is asked',
  '/api/words/{locale}': 'what the sign-in page says too',
};
const isPublic = (path: string): boolean => path in publicRoutes || path.startsWith('/api/share/');

const all: readonly AnyRoute[] = routes;
const api = mountApi();
const before = process.env.SCALETRACE_REQUIRE_SIGN_IN;

beforeAll(() => {
  process.env.SCALETRACE_REQUIRE_SIGN_IN = '1';
});
afterAll(() => {
  if (before === undefined) delete process.env.SCALETRACE_REQUIRE_SIGN_IN;
  else process.env.SCALETRACE_REQUIRE_SIGN_IN = before;
});

describe('every route', () => {
  it('is looked at', () => {
    expect(all.length).toBeGreaterThan(60);
  });

  for (const { key } of all) {
    const { method, path } = partsOf(key);
    if (isPublic(path)) continue;
    it(`refuses ${key} to who has not signed in`, async () => {
      const address = `http://127.0.0.1${path.replace(/\{\w+\}/g, 'x')}`;
      const answer = await api(new Request(address, { method }));
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ status: 401 });
    });
  }

  it('is opened by a link’s token only below /api/share, and by nothing only where it is known', () => {
    for (const { key, contract } of all) {
      const { path } = partsOf(key);
      const isLinks = contract.access === 'link' || contract.access === 'locked link';
      expect([key, isLinks]).toEqual([key, path.startsWith('/api/share/')]);
      expect([key, contract.access === 'public']).toEqual([key, path in publicRoutes]);
    }
  });

  it('names what changes something for the audit list, or says that it changes nothing', () => {
    const silent = all
      .filter(({ key, contract }) => !key.startsWith('GET ') && contract.audit === undefined)
      .map(({ key }) => key);
    expect(silent).toEqual([]);
  });

  it('has words for each action in the audit list', () => {
    const actions = all.map(({ contract }) => contract.audit).filter((action) => typeof action === 'string');
    expect(actions.length).toBeGreaterThan(20);
    expect(
      actions.filter((action) =>
        locales().some((locale) => !(action.replace('.', '_') in messagesOf(locale).audit.actions)),
      ),
    ).toEqual([]);
  });
});

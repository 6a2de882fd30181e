import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locales, messagesOf } from '@/lib/words/catalogue';
import { methods, walkRoutes } from './walk-routes';

/** Opened by a secret of their own, or by none: the way in. */
const publicRoutes: Record<string, string> = {
  '/api/ingest/{id}': 'the run’s own secret',
  '/api/session': 'sign-in, sign-out, and whether it is asked',
};
const isPublic = (path: string): boolean =>
  path in publicRoutes || path.startsWith('/api/share/') || path.startsWith('/api/s/');

const routes = await walkRoutes();
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
    expect(routes.length).toBeGreaterThan(20);
  });

  for (const { path, handlers } of routes) {
    for (const method of methods) {
      const handler = handlers[method];
      if (!handler || isPublic(path)) continue;
      it(`refuses ${method} ${path} to who has not signed in`, async () => {
        const request = new Request(`http://127.0.0.1${path}`, { method });
        const answer = await handler(request, {
          params: Promise.resolve({ id: 'x', name: 'x', format: 'x' }),
        });
        expect(answer.status).toBe(401);
        expect(await answer.json()).toMatchObject({ status: 401 });
      });
    }
  }

  it('names what changes something for the audit list, or says that it changes nothing', () => {
    const silent = routes.flatMap(({ path, handlers }) =>
      methods
        .filter(
          (method) =>
            method !== 'GET' &&
            handlers[method] &&
            !isPublic(path) &&
            handlers[method].options.audit === undefined,
        )
        .map((method) => `${method} ${path}`),
    );
    expect(silent).toEqual([]);
  });

  it('has words for each action in the audit list', () => {
    const actions = routes
      .flatMap(({ handlers }) => methods.map((method) => handlers[method]?.options.audit))
      .filter((action) => typeof action === 'string');
    expect(actions.length).toBeGreaterThan(20);
    expect(
      actions.filter((action) =>
        locales().some((locale) => !(action.replace('.', '_') in messagesOf(locale).audit.actions)),
      ),
    ).toEqual([]);
  });
});

import { Hono } from 'hono';
import { answer } from './answer';
import { Problem } from '@/lib/model/problem';
import { responseOf } from './problem';
import { openApiDocument, type OpenApiDocument } from './openapi';
import { partsOf, type AnyRoute, type Method } from './route';
import { routes } from './routes';

export { type OpenApiOperation } from './openapi';

/** The whole API as one function of a request, as Next's catch-all route takes it. */
export function mountApi(): (request: Request) => Response | Promise<Response> {
  const app = new Hono();
  const paths = new Map<string, Map<Method, AnyRoute>>();
  for (const route of routes as readonly AnyRoute[]) {
    const { method, path } = partsOf(route.key);
    paths.set(path, (paths.get(path) ?? new Map<Method, AnyRoute>()).set(method, route));
  }
  // The first that matches answers: `/runs/tags` must come before `/runs/{id}`, and `{` sorts after every letter.
  for (const [path, methods] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const pattern = path.replace(/\{(\w+)\}/g, ':$1');
    for (const [method, route] of methods)
      app.on(method, pattern, ({ req }) => answer(route, req.raw, req.param()));
    app.all(pattern, ({ req }) => otherMethod(req.raw, [...methods.keys()]));
  }
  app.notFound(() => responseOf(new Problem('problems.no-route', {})));
  return (request) => app.fetch(request);
}

/** The API as an OpenAPI document, for a page that shows it. */
export function apiDocument(): OpenApiDocument {
  return openApiDocument(routes);
}

/** What a path answers to a method that it does not have. */
function otherMethod({ method }: Request, has: readonly Method[]): Response {
  const allow = [...has, 'OPTIONS', ...(has.includes('GET') ? ['HEAD'] : [])].sort().join(', ');
  return new Response(null, { status: method === 'OPTIONS' ? 204 : 405, headers: { allow } });
}

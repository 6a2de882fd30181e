import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '@/lib/environment/paths';
import { type RouteHandler } from './route';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];

/** Every route file under app/api, with its handlers: for tests that hold all of them to a rule. */
export async function walkRoutes(): Promise<
  { folder: string; path: string; handlers: Partial<Record<Method, RouteHandler<Record<string, string>>>> }[]
> {
  const api = join(projectRoot(), 'app/api');
  const files = readdirSync(api, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|[\\/])route\.tsx?$/.test(path) && !path.startsWith('_lib'))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const folder = dirname(file).replaceAll('\\', '/');
      const handlers = (await import(join(api, file))) as Partial<
        Record<Method, RouteHandler<Record<string, string>>>
      >;
      return { folder, path: `/api/${folder.replace(/\[(\w+)\]/g, '{$1}')}`, handlers };
    }),
  );
}

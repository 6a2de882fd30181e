/** Writes app/api/_lib/registry.ts anew: the operations of every route under app/api. */
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '@/lib/environment/paths';

const api = join(projectRoot(), 'app/api');
const folders = readdirSync(api, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('operations.ts'))
  .map((path) => dirname(path).replaceAll('\\', '/'))
  .sort();
const nameOf = (folder: string): string =>
  folder
    .replace(/[[\].]/g, '')
    .replace(/[^a-zA-Z0-9]+(.)/g, (_match, letter: string) => letter.toUpperCase());
const pathOf = (folder: string): string => `/api/${folder.replace(/\[(\w+)\]/g, '{$1}')}`;

writeFileSync(
  join(api, '_lib/registry.ts'),
  `// Written by: npx tsx scripts/api-registry.ts
import { type Operations } from './operation';
${folders.map((folder) => `import { operations as ${nameOf(folder)}Operations } from '../${folder}/operations';`).join('\n')}

/** The operations of every route, by OpenAPI path. */
export const registry: Record<string, Operations> = {
${folders.map((folder) => `  '${pathOf(folder)}': ${nameOf(folder)}Operations,`).join('\n')}
};
`,
);
console.log(`${folders.length} routes`);

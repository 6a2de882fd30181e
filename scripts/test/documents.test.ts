import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '@/lib/environment/paths';

const root = projectRoot();
const made =
  /^(node_modules|\.next|\.git|\.scaletrace|dist|coverage|test-results|playwright-report|generated)$/;
const files = filesUnder('');
const folders = new Set(files.flatMap((file) => parents(file)));
// The design says what is to come as well; data speaks of where it was made.
const documents = files.filter((file) => /\.md$/.test(file) && !/^(testdata\/|docs\/design\.md)/.test(file));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return made.test(entry.name) ? [] : filesUnder(path);
    return [path];
  });
}

function parents(file: string): string[] {
  const parent = dirname(file);
  return parent === '.' ? [] : [parent, ...parents(parent)];
}

/** Whether a path of this repository is there; `*` stands for any part of a name, and so does a word in capitals. */
function isThere(path: string): boolean {
  const given = normalize(path).replace(/\/$/, '');
  const bare = files.includes(given) ? given : given.replace(/\b[A-Z]{2,}\b/g, '*');
  if (!bare.includes('*')) return files.includes(bare) || folders.has(bare);
  const pattern = new RegExp(`^${bare.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
  return [...files, ...folders].some((name) => pattern.test(name));
}

test('what the documents name by its path is there', () => {
  const top = [...new Set(files.flatMap((file) => (file.includes('/') ? [file.split('/')[0]!] : [])))];
  const missing = documents.flatMap((document) =>
    [...read(document).matchAll(/`([\w.@[\]*-]+(?:\/[\w.@[\]*-]*)+)`/g)]
      .map(([, path = '']) => path)
      .filter((path) => top.includes(path.split('/')[0]!) && !isThere(path))
      .map((path) => `${document}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test('links between documents lead somewhere', () => {
  const missing = documents.flatMap((document) =>
    [...read(document).matchAll(/(?:\]\(|src=")([^)\s"#]+)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !isThere(join(dirname(document), link)))
      .map((link) => `${document}: ${link}`),
  );
  expect(missing).toEqual([]);
});

test('decisions and documents that code cites are there', () => {
  const code = files.filter((file) => /\.(ts|tsx|mjs|prisma|yaml|yml)$/.test(file));
  const missing = code.flatMap((file) =>
    [...read(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g)]
      .filter(([path]) => !isThere(path))
      .map(([path]) => `${file}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test('commands that the documents and usages name are commands of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const missing = [
    ...documents,
    ...files.filter((file) => /^(scripts|cli)\/.*\.(ts|mjs)$/.test(file)),
  ].flatMap((file) =>
    [...read(file).matchAll(/\bnpm run (?:--silent )?([a-z][a-z-]*)/g)]
      .filter(([, name = '']) => scripts[name] === undefined)
      .map(([, name = '']) => `${file}: npm run ${name}`),
  );
  expect(missing).toEqual([]);
});

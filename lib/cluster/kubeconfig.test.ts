import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { loadKubeConfig } from './kubeconfig';
import { refusalOf } from '@/lib/words/english';

const file = (name: string): string =>
  fileURLToPath(new URL(`../../testdata/cases/23-kubeconfig-as-kubectl-reads-it/${name}`, import.meta.url));
const load = (...names: string[]) => {
  vi.stubEnv('KUBECONFIG', names.join(delimiter));
  return loadKubeConfig('/nowhere');
};
afterEach(() => vi.unstubAllEnvs());

// By public reports; kubectl takes each of the first three.
test.each([
  ['a list whose first file is gone', ['/nowhere/none.yaml', file('good.yaml')]],
  ['a list that ends in nothing', [file('good.yaml'), '']],
  ['an entry that is broken, but not used', [file('one-broken-entry.yaml')]],
  ['two files that name the same', [file('good.yaml'), file('one-broken-entry.yaml')]],
  ['a context that a later file chooses', [file('no-current-context.yaml'), file('good.yaml')]],
])('%s is read as kubectl reads it', (_what, names) => {
  expect(load(...names).getCurrentCluster()?.server).toBe('http://127.0.0.1:5381');
});

test('what is missing is named', () => {
  expect(refusalOf(() => load(file('no-current-context.yaml')))).toMatch(
    /no current context.*use-context.*dev/,
  );
  expect(refusalOf(() => load('/nowhere/none.yaml'))).toMatch(/\/nowhere\/none\.yaml, which is not there/);
});

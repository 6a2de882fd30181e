import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ClusterError } from './client';
import { readServiceYaml } from './service-yaml';
import { textOf } from '@/lib/words/english';

const yaml = (name: string): string =>
  readFileSync(new URL(`../../testdata/cases/05-yaml-of-several-documents/${name}`, import.meta.url), 'utf8');

function refusal(text: string): ClusterError {
  try {
    readServiceYaml(text);
  } catch (error) {
    if (error instanceof ClusterError) return error as ClusterError;
  }
  return expect.unreachable();
}

test('a Service is found among the documents that people have', () => {
  expect(readServiceYaml(yaml('leading-and-trailing-marks.yaml')).metadata.name).toBe('qa-marks');
  expect(readServiceYaml(yaml('namespace-and-service.yaml')).metadata).toMatchObject({
    name: 'qa-multi',
    namespace: 'default',
  });
});

test('what is none is refused by its kind', () => {
  expect(textOf(refusal(yaml('list.yaml')))).toContain('it is a List of v1');
  const service = yaml('leading-and-trailing-marks.yaml');
  expect(textOf(refusal(`${service}${service}`))).toContain('2 Knative Services');
  expect(textOf(refusal(''))).toContain('not a Knative Service');
});

test('what is not YAML is refused at its line', () => {
  const error = refusal('apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n\tname: tab\n');
  expect(textOf(error)).toMatch(/not YAML: line 4/);
  expect(error.errors).toMatchObject([{ path: 'yaml', line: 4 }]);
});

test.each([
  ['kind: Service\nmetadata: *absent\n', 2, /Unresolved alias/],
  ['kind: Service\nmetadata: &metadata\n  labels: *metadata\n', 1, /within what it names/],
  [
    [
      'a: &a [x, x, x]',
      'b: &b [*a, *a, *a, *a, *a, *a]',
      'c: &c [*b, *b, *b, *b, *b, *b]',
      'd: [*c, *c, *c]',
    ].join('\n'),
    1,
    /alias count/,
  ],
  ['[ '.repeat(20_000), 1, /./],
])('aliases and depths that cannot be resolved are refused: %.30s', (text, line, why) => {
  const error = refusal(text);
  expect(error.status).toBe(422);
  expect(textOf(error)).toMatch(why);
  expect(error.errors).toMatchObject([{ path: 'yaml', line }]);
});

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

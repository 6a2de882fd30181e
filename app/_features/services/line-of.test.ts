import { expect, it } from 'vitest';
import { lineOf } from './line-of';

const yaml = `metadata:
  annotations:
    autoscaling.knative.dev/max-scale: many
spec:
  containers:
    - image: x
`;

it('finds a field’s line, an annotation’s with its dots too, or that of its nearest parent', () => {
  const lines = yaml.split('\n');
  const lineWith = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;
  expect(lineOf(yaml, 'metadata.annotations.autoscaling.knative.dev/max-scale')).toBe(lineWith('max-scale'));
  expect(lineOf(yaml, 'spec.containers[0].image')).toBe(lineWith('image'));
  expect(lineOf(yaml, 'spec.containers[0].image.tag')).toBe(lineWith('image'));
  expect(lineOf(yaml, 'status')).toBeNull();
});

it('looks in the Knative Service of several documents', () => {
  const several = `kind: Service
apiVersion: v1
metadata:
  name: a
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: b
`;
  const at = several.split('\n').findIndex((line) => line.includes('name: b')) + 1;
  expect(lineOf(several, 'metadata.name')).toBe(at);
});

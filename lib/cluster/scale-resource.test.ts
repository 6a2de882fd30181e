import { expect, it } from 'vitest';
import { podAutoscalers } from './pod-autoscalers';
import { changedUnixMs } from './scale-resource';

it('knows when an object was changed last, by whoever did it', () => {
  const object = (managedFields?: object[]): unknown =>
    podAutoscalers.schema.parse({ metadata: { name: 'shop-00001', managedFields } });
  const fields = [
    { manager: 'controller', time: '2026-11-27T10:00:00Z' },
    { manager: 'autoscaler', subresource: 'status', time: '2026-11-27T10:00:42Z' },
    { manager: 'of-old' },
  ];
  expect(changedUnixMs(object(fields))).toBe(Date.UTC(2026, 10, 27, 10, 0, 42));
  expect(changedUnixMs(object([]))).toBeNull();
  expect(changedUnixMs(object())).toBeNull();
});

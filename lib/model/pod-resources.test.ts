import { expect, it } from 'vitest';
import { requestOf, toMilli, usageOf, windowMsOf } from './pod-resources';

it.each([
  ['25m', 25],
  ['0.1', 100],
  ['1', 1000],
  [2, 2000],
  ['1234567n', 2],
  ['1500u', 2],
  ['1Ki', 1024_000],
  ['128Mi', 128 * 2 ** 20 * 1000],
  ['1e3', 1_000_000],
  ['1k', 1_000_000],
])('%s is %i thousandths', (quantity, milli) => {
  expect(toMilli(quantity)).toBe(milli);
});

it('a window is a Go duration', () => {
  expect(windowMsOf('15.04s')).toBe(15_040);
  expect(windowMsOf('1m0s')).toBe(60_000);
  expect(windowMsOf('950ms')).toBe(950);
});

it('what is no quantity is refused', () => {
  expect(() => toMilli('12 apples')).toThrow('12 apples');
});

it('a pod requests what its containers and staying init containers do, and nothing where one has no request', () => {
  const container = (name: string, cpu?: string) => ({
    name,
    resources: { requests: (cpu === undefined ? {} : { cpu }) as Record<string, string> },
  });
  const containers = [container('user-container', '100m'), container('queue-proxy', '25m')];
  const initContainers = [
    { ...container('setup', '2'), restartPolicy: null },
    { ...container('mesh', '10m'), restartPolicy: 'Always' },
  ];
  expect(requestOf({ containers, initContainers }, 'cpu')).toEqual({ milli: 135, missingIn: null });
  expect(requestOf({ containers: [...containers, container('bare')] }, 'cpu')).toEqual({
    milli: null,
    missingIn: 'bare',
  });
  expect(requestOf({ containers, resources: { requests: { cpu: '1' } } }, 'cpu').milli).toBe(1000);
});

it('a pod of which a container was not measured was not measured', () => {
  const measured = { usage: { cpu: '1500000n', memory: '10Ki' } };
  expect(usageOf([measured, measured], 'cpu')).toBe(4);
  expect(usageOf([measured, { usage: { memory: '1Ki' } }], 'cpu')).toBeNull();
  expect(usageOf([], 'cpu')).toBeNull();
});

import { describe, expect, it } from 'vitest';
import { earliestReady, podProbesOf } from './probe';

const ready = (container: Parameters<typeof podProbesOf>[0][number]) =>
  earliestReady(podProbesOf([container]));

describe('probes', () => {
  it('have Knative’s defaults: a TCP connection, asked as often as the queue-proxy can', () => {
    expect(podProbesOf([{}])).toEqual([
      {
        kind: 'readiness',
        how: 'tcp',
        what: '',
        initialDelayMs: 0,
        periodMs: 0,
        timeoutMs: 1000,
        successThreshold: 1,
        failureThreshold: 3,
      },
    ]);
  });

  it('are those of the container that has a port, by what they ask', () => {
    const probes = podProbesOf([
      { readinessProbe: { httpGet: { path: '/sidecar' } } },
      {
        ports: [{}],
        readinessProbe: { grpc: { service: 'ping' }, periodSeconds: 2 },
        livenessProbe: { httpGet: {} },
        startupProbe: { exec: { command: ['cat', '/ready'] } },
      },
    ]);
    expect(probes.map(({ kind, how, what, periodMs }) => [kind, how, what, periodMs])).toEqual([
      ['startup', 'exec', 'cat /ready', 10_000],
      ['readiness', 'grpc', 'ping', 2000],
      ['liveness', 'http', '/', 10_000],
    ]);
  });
});

describe('a pod is ready at the earliest', () => {
  it.each([
    ['at once, by the default probe', {}, 0, 'readiness'],
    [
      'after the delay, where the queue-proxy asks',
      { readinessProbe: { initialDelaySeconds: 3 } },
      3000,
      'readiness',
    ],
    [
      'at the first beat after the delay',
      { readinessProbe: { initialDelaySeconds: 7, periodSeconds: 5 } },
      10_000,
      'readiness',
    ],
    [
      'when it has passed as often as is asked for',
      { readinessProbe: { periodSeconds: 5, successThreshold: 3 } },
      10_000,
      'readiness',
    ],
    [
      'once its startup probe has passed',
      { startupProbe: { initialDelaySeconds: 12 }, readinessProbe: {} },
      20_000,
      'startup',
    ],
    [
      'at the readiness probe’s first beat after that',
      { startupProbe: { periodSeconds: 1, initialDelaySeconds: 1 }, readinessProbe: { periodSeconds: 10 } },
      10_000,
      'readiness',
    ],
  ])('%s', (_, container, afterMs, by) => {
    expect(ready(container)).toEqual({ afterMs, by });
  });

  it('never, where no probe is known', () => expect(earliestReady([])).toBeNull());
});

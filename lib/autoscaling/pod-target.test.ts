import { expect, it } from 'vitest';
import { podTargetOf } from '@/lib/model/autoscaler-config';
import { createAutoscaler, resolveConfig } from '@/lib/autoscaling/index';

const group = 'autoscaling.knative.dev';

it.each([
  [
    { class: 'kpa', target: '10', metric: 'concurrency' },
    { metric: 'concurrency', target: 7 },
  ],
  [
    { class: 'kpa', target: '200', metric: 'rps' },
    { metric: 'rps', target: 140 },
  ],
  [
    { class: 'mpa', 'max-scale': '20' },
    { metric: 'concurrency', target: 50 },
  ],
  [
    { class: 'hpa', metric: 'cpu', target: '50' },
    { metric: 'cpu', target: 50, isShare: true },
  ],
  [{ class: 'hpa' }, { metric: 'cpu', target: 80, isShare: true }],
  [
    { class: 'hpa', metric: 'rps', target: '30' },
    { metric: 'rps', target: 30 },
  ],
])('what a pod should have is one figure, wherever it is told: %o', (annotations, told) => {
  const { config } = resolveConfig({
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [
        `${group}/${name}`,
        name === 'class' ? `${value}.${group}` : value,
      ]),
    ),
    containerConcurrency: 50,
  });
  const { metric, target } = podTargetOf(config);
  expect({ metric, target }).toMatchObject({ metric: told.metric, target: told.target });
  const autoscaler = createAutoscaler(config, { atMs: 0, past: [], readyPods: 1, replicas: 1 });
  autoscaler.record({ atMs: 1000, value: 5 });
  const { reason } = autoscaler.tick({ atMs: 16_000, readyPods: 1, replicas: 1 });
  expect(reason).toMatchObject({ metric, target });
});

import { expect, it } from 'vitest';
import { podPhase, type Pod } from './pod-phase';

function pod(status: Pod['status'], metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    metadata: {
      name: 'p',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    status,
  };
}
const condition = (type: string, status: string, seconds: number, reason?: string) => ({
  type,
  status,
  reason,
  lastTransitionTime: new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)),
});

it.each<[string, Pod, ReturnType<typeof podPhase>['phase'], string | null]>([
  ['a pod without a status', pod(null), 'pending', null],
  [
    'a pod that no node can take',
    pod({ phase: 'Pending', conditions: [condition('PodScheduled', 'False', 1, 'Unschedulable')] }),
    'pending',
    'Unschedulable',
  ],
  [
    'an image that cannot be pulled',
    pod({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }] }),
    'pending',
    'ImagePullBackOff',
  ],
  [
    'a container being made',
    pod({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }] }),
    'pending',
    null,
  ],
  [
    'running, probe not passed',
    pod({ phase: 'Running', conditions: [condition('Ready', 'False', 2, 'ContainersNotReady')] }),
    'starting',
    null,
  ],
  [
    'a container that crashes again and again',
    pod({
      phase: 'Running',
      containerStatuses: [{ state: { running: {} } }, { state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    }),
    'starting',
    'CrashLoopBackOff',
  ],
  ['ready', pod({ phase: 'Running', conditions: [condition('Ready', 'True', 3)] }), 'ready', null],
  [
    'ready, but told to end',
    pod(
      { phase: 'Running', conditions: [condition('Ready', 'True', 3)] },
      { deletionTimestamp: '2026-01-01T00:00:09Z' },
    ),
    'terminating',
    null,
  ],
  ['evicted', pod({ phase: 'Failed', reason: 'Evicted' }), 'terminating', 'Evicted'],
  ['run to its end', pod({ phase: 'Succeeded' }), 'terminating', null],
])('tells the phase of %s', (_name, given, phase, reason) => {
  expect(podPhase(given)).toMatchObject({ phase, reason });
});

it('takes the latest of the server’s own times, as text or as a date', () => {
  expect(
    podPhase(pod({ conditions: [condition('Ready', 'True', 3), condition('PodScheduled', 'True', 1)] }))
      .serverAtUnixMs,
  ).toBe(Date.UTC(2026, 0, 1, 0, 0, 3));
  expect(podPhase(pod(null, { creationTimestamp: null })).serverAtUnixMs).toBeNull();
  // deletionTimestamp lies in the future by the grace period: it is when the pod will be killed, not when that was asked.
  expect(
    podPhase(pod(null, { deletionTimestamp: '2026-01-01T00:05:00Z', deletionGracePeriodSeconds: 300 }))
      .serverAtUnixMs,
  ).toBe(Date.UTC(2026, 0, 1));
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { podPhase, podSchema } from './pod-phase';
import { kubectlStatus, podSteps } from './pod-steps';

const cases = z
  .record(z.string(), z.object({ pod: podSchema, phase: z.string(), reason: z.string().nullable() }))
  .parse(
    JSON.parse(
      readFileSync(
        new URL('../../testdata/cases/20-pods-init-and-sidecars/pods.json', import.meta.url),
        'utf8',
      ),
    ),
  );

it.each(Object.entries(cases))('tells phase and reason of %s as the case states them', (_name, one) => {
  const { phase, reason } = podPhase(one.pod);
  expect({ phase, reason }).toEqual({ phase: one.phase, reason: one.reason });
});

it('has for each of them the word that kubectl shows', () => {
  expect(
    Object.fromEntries(Object.entries(cases).map(([name, { pod }]) => [name, kubectlStatus(pod)])),
  ).toEqual({
    'init-crashloop': 'Init:CrashLoopBackOff',
    'init-image': 'Init:ImagePullBackOff',
    'init-error': 'Init:Error',
    'init-done-ready': 'Running',
    'image-pull': 'ErrImagePull',
    'crashloop-one-of-two': 'CrashLoopBackOff',
    unschedulable: 'Pending',
    evicted: 'Evicted',
    'native-sidecar-ready': 'Running',
    'readiness-gate': 'Running',
    terminating: 'Terminating',
  });
});

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const unix = (seconds: number): number => Date.UTC(2026, 0, 1, 0, 0, seconds);
const pod = podSchema.parse({
  metadata: { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: at(0) },
  spec: {
    nodeName: 'node-1',
    initContainers: [{ name: 'download' }, { name: 'istio-proxy', restartPolicy: 'Always' }],
  },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: at(1) },
      { type: 'Initialized', status: 'True', lastTransitionTime: at(5) },
      { type: 'Ready', status: 'False', lastTransitionTime: at(0) },
    ],
    initContainerStatuses: [
      {
        name: 'download',
        restartCount: 0,
        state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: at(2), finishedAt: at(4) } },
      },
      { name: 'istio-proxy', restartCount: 0, started: true, state: { running: { startedAt: at(5) } } },
    ],
    containerStatuses: [
      {
        name: 'user-container',
        restartCount: 1,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: {
          terminated: { exitCode: 137, reason: 'OOMKilled', startedAt: at(6), finishedAt: at(7) },
        },
      },
      { name: 'queue-proxy', restartCount: 0, state: { running: { startedAt: at(6) } } },
    ],
  },
});

it('reads each step of a life with its time, sidecars and what ran before a restart too', () => {
  expect(
    podSteps(pod).map(({ step, node, container, role, reason, exitCode, serverAtUnixMs }) => ({
      step,
      of: container ?? node,
      role,
      reason,
      exitCode,
      serverAtUnixMs,
    })),
  ).toEqual([
    { step: 'scheduled', of: 'node-1', role: null, reason: null, exitCode: null, serverAtUnixMs: unix(1) },
    { step: 'started', of: 'download', role: 'init', reason: null, exitCode: null, serverAtUnixMs: unix(2) },
    {
      step: 'ended',
      of: 'download',
      role: 'init',
      reason: 'Completed',
      exitCode: 0,
      serverAtUnixMs: unix(4),
    },
    {
      step: 'started',
      of: 'istio-proxy',
      role: 'sidecar',
      reason: null,
      exitCode: null,
      serverAtUnixMs: unix(5),
    },
    { step: 'initialized', of: null, role: null, reason: null, exitCode: null, serverAtUnixMs: unix(5) },
    {
      step: 'started',
      of: 'user-container',
      role: 'app',
      reason: null,
      exitCode: null,
      serverAtUnixMs: unix(6),
    },
    {
      step: 'ended',
      of: 'user-container',
      role: 'app',
      reason: 'OOMKilled',
      exitCode: 137,
      serverAtUnixMs: unix(7),
    },
    {
      step: 'started',
      of: 'queue-proxy',
      role: 'app',
      reason: null,
      exitCode: null,
      serverAtUnixMs: unix(6),
    },
    {
      step: 'status',
      of: null,
      role: null,
      reason: 'CrashLoopBackOff',
      exitCode: null,
      serverAtUnixMs: null,
    },
  ]);
});

it('tells how many init containers are done, and why one is not', () => {
  const waiting = (state: object): string =>
    kubectlStatus(
      podSchema.parse({
        ...pod,
        status: {
          phase: 'Pending',
          conditions: [],
          initContainerStatuses: [
            { name: 'download', state },
            { name: 'istio-proxy', state: { waiting: { reason: 'PodInitializing' } } },
          ],
        },
      }),
    );
  expect(waiting({ running: { startedAt: at(2) } })).toBe('Init:0/2');
  expect(waiting({ terminated: { exitCode: 0, reason: 'Completed' } })).toBe('Init:1/2');
  expect(waiting({ terminated: { exitCode: 3 } })).toBe('Init:ExitCode:3');
  expect(waiting({ terminated: { exitCode: 137, signal: 9 } })).toBe('Init:Signal:9');
});

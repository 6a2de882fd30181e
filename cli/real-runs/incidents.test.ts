import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type PodEvent, type Recording } from '@/lib/model/recording';
import { correlate } from '@/lib/timeline/correlate';
import { culpritMessage, incidentMessage } from '@/lib/timeline/incident-message';
import { english } from '@/lib/words/english';
import { readRealRuns, type RealRun } from './recording';
import { replayRealRun } from './replay';

const runs = readRealRuns(fileURLToPath(new URL('../../testdata/real-runs', import.meta.url)));

/** A recording as a run of ours would have made it: counts of pods tell of pods, `spec` of the Deployment. */
function recordingOf(run: RealRun): Recording {
  const { decisions, samples } = replayRealRun(run);
  const originMs = run.looks[0]!.at;
  const podEvents: PodEvent[] = [];
  const made: string[] = [];
  const ready: string[] = [];
  let specs = -1;
  const reports: NonNullable<Recording['reports']> = [];
  for (const [i, look] of run.looks.entries()) {
    const atMs = look.at - originMs;
    const event = (uid: string, type: PodEvent['type'], phase: PodEvent['phase']): void => {
      podEvents.push({
        id: podEvents.length + 1,
        atMs,
        serverAtMs: null,
        type,
        uid,
        name: uid,
        revision: 'r',
        phase,
        reason: null,
        resourceVersion: '',
      });
    };
    if (i === 0) {
      for (let n = 0; n < look.ready; n++) {
        event(`warm${n}`, 'LIST', 'ready');
        ready.push(`warm${n}`);
      }
    } else {
      while (made.length + ready.length < Math.max(look.ready, look.spec)) {
        made.push(`p${podEvents.length}`);
        event(made.at(-1)!, 'ADDED', 'pending');
      }
      while (ready.length < look.ready) {
        ready.push(made.shift()!);
        event(ready.at(-1)!, 'MODIFIED', 'ready');
      }
      while (ready.length > look.ready) {
        const uid = ready.pop()!;
        event(uid, 'MODIFIED', 'terminating');
        event(uid, 'DELETED', 'gone');
      }
    }
    if (look.spec !== specs)
      reports.push({
        id: reports.length + 1,
        kind: 'scale',
        source: 'deployment',
        revision: 'r',
        desired: look.spec,
        actual: null,
        reason: null,
        atMs,
        serverAtMs: null,
      });
    specs = look.spec;
  }
  return {
    series: [],
    points: [],
    podEvents,
    concurrency: samples.map((sample, i) => ({ ...sample, id: i + 1, source: 'gateway', instant: false })),
    decisions: decisions.map((decision, i) => ({ ...decision, id: i + 1 })),
    reports,
    gaps: [],
  };
}

const told = (name: string): { sentence: string; culprit: string }[] => {
  const recording = recordingOf(runs.find((one) => one.name === name)!);
  const first = Math.max(0, recording.concurrency.find(({ total }) => total > 0)!.atMs - 1000);
  const last = recording.concurrency.findLast(({ total }) => total > 0)!.atMs;
  return correlate(recording, first, last).incidents.map((incident) => ({
    sentence: english(incidentMessage(incident, 'http')),
    culprit: english(culpritMessage(incident)),
  }));
};
const asSet = 'as the settings ask: pods are kept for a window of 1 min';

test('50 at once on one warm pod is one incident, and their end is one', () => {
  expect(told('A')).toEqual([
    {
      sentence:
        'Load rose from 0 to 50 in flight at 1.3 s; capacity followed at 8.8 s, 7.5 s later: 2.7 s to notice, 3.8 s to climb in steps, 1.0 s to start.',
      culprit: 'did not see: 4.7 s after the load had changed the average over 6 s was 40, of 50',
    },
    {
      sentence:
        'Load fell from 50 to 0 in flight at 75.8 s; pods followed at 135.8 s, 60.0 s later: 59.9 s as the settings ask, 100 ms to decide; 468 pod-seconds were idle, 468 of them within the settings.',
      culprit: asSet,
    },
  ]);
});

test('a cold start is one incident, from no pod to fifteen', () => {
  const [start, end, ...others] = told('Z');
  expect(others).toEqual([]);
  expect(start).toEqual({
    sentence:
      'Load rose from 0 to 50 in flight at 0 s; capacity followed at 5.8 s, 5.8 s later: 800 ms to notice, 3.7 s to climb in steps, 1.3 s to start.',
    culprit: 'did not see: 757 ms after the load had changed the average over 1 min was 1, of 50',
  });
  expect(end!.culprit).toBe(asSet);
});

test('a load that falls in two steps is idle twice, as the settings ask', () => {
  expect(told('W').map(({ sentence }) => sentence.slice(0, sentence.indexOf(' later')))).toEqual([
    'Load rose from 0 to 50 in flight at 0.5 s; capacity followed at 8.3 s, 7.8 s',
    'Load fell from 50 to 10 in flight at 44.4 s; pods followed at 103 s, 58.6 s',
    'Load fell from 10 to 0 in flight at 150 s; pods followed at 189.1 s, 39.1 s',
  ]);
});

test('a ramp is one incident for each time that capacity was behind', () => {
  expect(told('R').map(({ sentence }) => sentence.slice(0, sentence.indexOf(' later')))).toEqual([
    'Load rose from 0.5 to 38 in flight at 5.2 s; capacity followed at 14 s, 8.8 s',
    'Load rose from 29 to 51 in flight at 27.2 s; capacity followed at 46.1 s, 18.9 s',
    'Load fell from 51 to 44 in flight at 63.2 s; pods followed at 71.2 s, 8.0 s',
    'Load fell from 35 to 0 in flight at 77.2 s; pods followed at 127.1 s, 49.9 s',
  ]);
});

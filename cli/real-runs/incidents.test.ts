import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Incident } from '@/lib/model/incident';
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

const incidentsOf = (name: string): Incident[] => {
  const run = runs.find((one) => one.name === name)!;
  const recording = recordingOf(run);
  const first = recording.concurrency.find(({ total }) => total > 0)!.atMs - 1000;
  const last = recording.concurrency.findLast(({ total }) => total > 0)!.atMs;
  return correlate(recording, first, last).incidents;
};
for (const { name } of runs)
  test(name, () => {
    for (const i of incidentsOf(name))
      console.log(name, english(incidentMessage(i)), '|', english(culpritMessage(i)), i.eventIds.join(' '));
    expect(1).toBe(1);
  });

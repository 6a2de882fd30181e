import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeRecorded } from '@/lib/runs/fake-recorded-runs';
import { openTestStore, type TestStore } from '@/lib/runs/fake-run';
import { recordingSchema } from '@/lib/model/recording';
import { runSchema } from '@/lib/model/run';
import { type VerdictOutcome } from '@/lib/model/verdict';
import { resultOf } from '@/lib/runs/result';
import { findJudgedRun } from './judge-run';

interface Told {
  /** What happened, up to what it cost, and whose it was: one for each incident. */
  incidents: [what: string, why: RegExp][];
  /** Sentences of the story beside. */
  also?: RegExp[];
  outcome: VerdictOutcome;
  said: RegExp;
}

const failed = /3 pods were due .* never came/;
const followed = /^Passed: none of [\d,]+ requests failed; capacity followed once/;

/**
 * By the recording's name what an expert who looks at its load, pods and what the cluster told would write; by hand. k6 takes
 * some tenths from its start to its first request. The averages have risen when the cluster's own tick, which its pods show,
 * could first decide.
 */
const experts: Record<string, Told> = {
  // Nine came at 2.2 s on no pod, two pods were made at once and ready at 3.0 s.
  cold: {
    incidents: [
      [
        'Load rose from 0 to 9 in flight at 2.2 s; capacity followed at 3 s, 762 ms later: 114 ms to decide, 14 ms to schedule, 2 ms to start, 632 ms to pass the probe',
        /^a normal start: once they were made, pods were ready within 648 ms\.$/,
      ],
    ],
    also: [/^Second 2.2: a cold start; about 9 requests waited for the first pod, up to 1.0 s\.$/],
    outcome: 'pass',
    said: followed,
  },
  warm: {
    incidents: [],
    also: [/^Nothing was scaled and nothing should have been: 3 pods were ready/],
    outcome: 'pass',
    said: /^Passed: none of 547 requests failed$/,
  },
  // More than five were in flight from 3.5 s on; the sixth pod was ready at 21.6 s, the queue gone at 22 s.
  ramp: {
    incidents: [
      [
        'Load rose from 3.7 to 30 in flight at 3.5 s; capacity followed at 22 s, 18.5 s later: 3.6 s to notice, 12.2 s to climb in steps, 1.4 s to decide, 200 ms to start, 600 ms to pass the probe, 500 ms to empty the queue',
        /^did not see: .* the average over 6 s was/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  // Thirty from 9 s on; pods in three bursts, the sixth ready at 15.4 s.
  spike: {
    incidents: [
      [
        'Load rose from 4 to 30 in flight at 9 s; capacity followed at 15.5 s, 6.5 s later: 2.0 s to notice, 4.1 s to climb in steps, 300 ms to pass the probe, 100 ms to empty the queue',
        /^did not see: .* the average over 6 s was 22.2, of 30\.$/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  // Two steps, 9 s and 21 s; the third pod was ready at 13.8 s, the fifth at 27.7 s.
  stepped: {
    incidents: [
      [
        'Load rose from 4 to 13 in flight at 9.1 s; capacity followed at 14.1 s, 5.0 s later: 2.5 s to notice, 2.0 s to climb in steps, 200 ms to pass the probe, 300 ms to empty the queue',
        /^did not see/,
      ],
      [
        'Load rose from 13 to 23 in flight at 21.1 s; capacity followed at 28.1 s, 7.0 s later: 2.5 s to notice, 4.0 s to climb in steps, 100 ms to start, 400 ms to empty the queue',
        /^did not see/,
      ],
    ],
    outcome: 'pass',
    said: /capacity followed twice/,
  },
  // 10 a second became 65 at 9.3 s, which is five pods of fourteen; they were ready at 15.5 s.
  rps: {
    incidents: [
      [
        'Load rose from 10 to 66 requests a second at 9.3 s; capacity followed at 15.5 s, 6.2 s later: 1.5 s to notice, 4.5 s to climb in steps, 200 ms to pass the probe',
        /^did not see: .* the average over 6 s was/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  // 2 a second became 25 at 21.2 s. Readings come every 15 s: a pod more at 29.4 s, another at 44.4 s, ready at 45 s.
  hpa: {
    incidents: [
      [
        'Load rose from 2 to 25 requests a second at 21.2 s; capacity followed at 45 s, 23.8 s later: 8.2 s to notice, 15.0 s to climb in steps, 100 ms to start, 500 ms to pass the probe',
        /^did not see/,
      ],
    ],
    also: [/^Scaled by HPA: 50 % of its CPU request a pod/],
    outcome: 'pass',
    said: followed,
  },
  // The new revision had its two pods before it got a request: nothing was missing.
  rollout: {
    incidents: [],
    also: [/^Second 9.8: revision rollout-00002 took over from rollout-00001/],
    outcome: 'pass',
    said: /^Passed: none of 1,273 requests failed/,
  },
  // Scaletrace was killed at 13.3 s, just when four of six pods were ready.
  interrupted: {
    incidents: [
      [
        'Load rose from 4 to 30 in flight at 8.4 s; requests still waited at 13.3 s, 4.9 s later, with 4 pods ready: 1.3 s to notice, 1.9 s to climb in steps, 600 ms to pass the probe, 1.1 s to empty the queue',
        /^did not see/,
      ],
    ],
    // 353 in the 11.2 s that were recorded.
    also: [/^353 requests, 0 failed, 31\.4 a second;/],
    outcome: 'unclear',
    said: /interrupted before its end; requests still waited after the 4 pods .* had come, .* ended 1\.1 s later$/,
  },
  // Three pods were due for 14: the third was made 3 to 5 s after the step, and then held up by the fault.
  'slow-start': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 9.2 s; capacity followed at 19.2 s, 10.0 s later: 2.6 s to notice, 2.0 s to climb in steps, 100 ms to start, 5.1 s to pass the probe, 200 ms to empty the queue',
        /^could not start: 2 pods ran and were not ready/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  'image-pull': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 7.4 s; capacity followed at 16.3 s, 8.9 s later: 3.3 s to notice, 2.0 s to climb in steps, 3.0 s to pull the image, 100 ms to start, 500 ms to pass the probe',
        /^did not see/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  'new-node': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 7.5 s; capacity followed at 20.9 s, 13.4 s later: 2.8 s to notice, 2.0 s to climb in steps, 8.0 s to schedule, 500 ms to pass the probe, 100 ms to empty the queue',
        /^could not start: 1 pod was pending, FailedScheduling .* TriggeredScaleUp/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  'failing-probe': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 7.6 s; capacity followed at 18.1 s, 10.5 s later: 2.9 s to notice, 2.0 s to climb in steps, 100 ms to start, 5.0 s to pass the probe, 500 ms to empty the queue',
        /^could not start: 2 pods ran and were not ready, Unhealthy .* Readiness probe failed/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  'crash-at-start': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 7.4 s; capacity followed at 23.8 s, 16.4 s later: 3.3 s to notice, 1.9 s to climb in steps, 100 ms to decide, 10.6 s to start, 100 ms to pass the probe, 400 ms to empty the queue',
        /^could not start: .* BackOff .* container user-container ended with Error \(1\) before it was ready\.$/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  'out-of-memory': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 8.4 s; capacity followed at 14.4 s, 6.0 s later: 2.7 s to notice, 2.0 s to climb in steps, 400 ms to start, 500 ms to pass the probe, 400 ms to empty the queue',
        /^did not see: .* container user-container ended with OOMKilled \(137\) before it was ready\.$/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  'no-scrapes': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 8.2 s; capacity had not followed at 22.9 s, 14.7 s later, with 1 of 3 pods ready: 1.9 s to notice, 4.0 s to climb in steps, 8.8 s to decide',
        /^did not see: by its own metrics the cluster’s autoscaler had no readings to decide by\.$/,
      ],
    ],
    outcome: 'fail',
    said: failed,
  },
  // Nobody knows what the pods used, so nobody can say whether it scaled as it should have.
  'no-pod-metrics': {
    incidents: [],
    also: [/^CPU was not recorded, so nothing was calculated/],
    outcome: 'unclear',
    said: /CPU/,
  },
  'frozen-autoscaler': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 8.1 s; capacity had not followed at 22.5 s, 14.4 s later, with 1 of 3 pods ready: 1.9 s to notice, 4.0 s to climb in steps, 8.5 s to decide',
        /^did not decide: for 8.5 s the cluster’s autoscaler asked for 1 pod where 3 were due\.$/,
      ],
    ],
    outcome: 'fail',
    said: failed,
  },
  'late-autoscaler': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 7.1 s; capacity followed at 18.6 s, 11.5 s later: 2.5 s to notice, 4.0 s to climb in steps, 4.0 s to decide, 200 ms to pass the probe, 800 ms to empty the queue',
        /^did not see/,
      ],
    ],
    outcome: 'pass',
    said: followed,
  },
  // It aims at 20 a pod, so one pod is enough to it.
  'wrong-target': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 7.1 s; capacity had not followed at 21.7 s, 14.6 s later, with 1 of 3 pods ready: 1.8 s to notice, 4.0 s to climb in steps, 8.8 s to decide',
        /^did not decide: for 8.8 s the cluster’s autoscaler asked for 1 pod where 3 were due\.$/,
      ],
    ],
    also: [/autoscaler aims at 20 a pod, the calculation at 5/],
    outcome: 'fail',
    said: failed,
  },
  // The one pod ended twice, and was held back for 10 s and 20 s.
  'crashing-pods': {
    incidents: [
      [
        'Ready pods went from 1 to 0 under load at 6.4 s; they were enough again at 16.9 s, 10.5 s later: 10.5 s to start',
        /^lost pods: 1 ready pod went \(Error\)/,
      ],
      [
        'Ready pods went from 1 to 0 under load at 20.5 s; they were enough again at 40.8 s, 20.3 s later: 20.3 s to start',
        /^lost pods: 1 ready pod went \(Error\)/,
      ],
    ],
    outcome: 'pass',
    said: /5 of 177 requests failed/,
  },
  // What was told of pods from 9 to 12.2 s came late: whether they were late themselves nobody can say.
  'stalled-watch': {
    incidents: [
      [
        'Load rose from 4 to 14 in flight at 7.2 s; capacity followed at 13.5 s, 6.3 s later: 3.0 s to notice, 2.0 s to climb in steps, 900 ms to decide, 100 ms to pass the probe, 300 ms to empty the queue',
        /^cannot tell: pods were not recorded from 9 s to 12.2 s\.$/,
      ],
    ],
    outcome: 'pass',
    said: /none of [\d,]+ requests failed/,
  },
  imported: {
    incidents: [],
    outcome: 'pass',
    said: /the threshold was met/,
  },
};

/** What requests paid is held to single requests elsewhere (figures.test.ts, slow-requests.test.ts). */
const cost = /; (none of )?[\d,]+ requests? (was|were) slow.*$/;
const recorded = z.object({ run: runSchema, recording: recordingSchema });

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore(5000);
});
afterAll(() => test.close());

describe.each(Object.entries(experts))('of the recording %s', (name, told) => {
  it('the story and the verdict are those that an expert would give', async () => {
    const bytes = gunzipSync(readFileSync(join('testdata/incidents', `${name}.json.gz`)));
    const { run, recording } = recorded.parse(JSON.parse(bytes.toString()));
    const id = await storeRecorded(test.store, { ...run, id: name, verdict: null }, recording);

    const { story, verdict } = (await resultOf(test.store, id, 'http://test'))!;
    const incidents = story.filter((sentence) => sentence.includes(' Why: '));
    const advice = story.findIndex((sentence) =>
      /^(Most of the incident|[\d.]+ % of the time of)/.test(sentence),
    );
    if (advice >= 0) expect(advice).toBeGreaterThan(story.indexOf(incidents.at(-1)!));
    expect(incidents).toHaveLength(told.incidents.length);
    for (const [i, [what, why]] of told.incidents.entries()) {
      const [happened = '', culprit = ''] = incidents[i]!.split('. Why: ');
      expect(happened.replace(cost, '')).toBe(what);
      expect(culprit).toMatch(why);
    }
    for (const sentence of told.also ?? [])
      expect(story).toEqual(expect.arrayContaining([expect.stringMatching(sentence)]));
    expect(verdict!.said.text).toMatch(told.said);
    expect(verdict!.outcome).toBe(told.outcome);
    expect((await findJudgedRun(test.store, id))!.verdict).toEqual(verdict);
  });
});

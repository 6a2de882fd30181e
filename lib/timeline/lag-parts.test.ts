import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { recordingSchema } from '@/lib/model/recording';
import { runSchema } from '@/lib/model/run';
import { podProbesOf } from '@/lib/model/probe';
import { correlate } from './correlate';
import { countedLags, readyAtOnceMs } from './counted-lags';

const recorded = z.object({ run: runSchema, recording: recordingSchema });

/** What the lab was told to do wrong, as testdata/incidents has it, and the part of a lag that this makes. */
const causes: Record<string, string> = {
  'slow-start': 'probe',
  'image-pull': 'pull',
  'new-node': 'schedule',
  'failing-probe': 'probe',
  'crash-at-start': 'start',
  'late-autoscaler': 'decide',
};
/** Killed once a pod costs less than its probe; where the watch was held back, what was told late is not what was late. */
const all = [...Object.keys(causes), 'out-of-memory', 'stalled-watch'];
/** Pods never came, so that there is no lag of pods: all of the incident is the autoscaler's. */
const never = ['no-scrapes', 'frozen-autoscaler', 'wrong-target'];

function incidentsOf(name: string) {
  const bytes = gunzipSync(readFileSync(join('testdata/incidents', `${name}.json.gz`)));
  const { run, recording } = recorded.parse(JSON.parse(bytes.toString()));
  return { recording, correlation: correlate(recording, run.loadStartMs, run.loadEndMs) };
}

describe.each(all)('of the fault %s', (name) => {
  const { recording, correlation } = incidentsOf(name);

  it('each lag’s parts add up to what its pods took, within 50 ms', () => {
    const lags = countedLags(recording, correlation);
    expect(lags.length).toBeGreaterThan(0);
    for (const { partsMs, countedMs } of lags) expect(Math.abs(partsMs - countedMs)).toBeLessThanOrEqual(50);
  });

  it('each incident’s parts follow each other, up to when enough pods were ready and the queue was gone', () => {
    const [incident, ...others] = correlation.incidents;
    expect(others).toEqual([]);
    const { parts, pods, startMs, endMs } = incident!;
    expect(parts.map(({ fromMs }) => fromMs)).toEqual([
      startMs,
      ...parts.slice(0, -1).map(({ toMs }) => toMs),
    ]);
    expect(parts.at(-1)!.toMs).toBe(endMs);
    const sum = parts.reduce(
      (total, { part, fromMs, toMs }) => total + (part === 'drain' ? 0 : toMs - fromMs),
      0,
    );
    expect(Math.abs(startMs + sum - readyAtOnceMs(recording, pods.due))).toBeLessThanOrEqual(50);
  });
});

it.each(Object.entries(causes))('the fault %s makes most of each lag: %s', (name, part) => {
  const { recording, correlation } = incidentsOf(name);
  expect(new Set(countedLags(recording, correlation).map(({ most }) => most))).toEqual(new Set([part]));
});

it('each pod that ran out of memory before it was ready is known by that', () => {
  const { waits } = incidentsOf('out-of-memory').correlation;
  expect(waits.length).toBeGreaterThan(0);
  for (const { failures } of waits)
    expect(failures).toEqual([expect.objectContaining({ reason: 'OOMKilled', exitCode: 137 })]);
});

it.each(never)('of the fault %s the parts add up to all of the time without pods', (name) => {
  const { correlation } = incidentsOf(name);
  const [incident] = correlation.incidents;
  const { parts, durationMs } = incident!;
  expect(parts.at(-1)!.part).toBe('decide');
  const sum = parts.reduce((total, { fromMs, toMs }) => total + toMs - fromMs, 0);
  expect(Math.abs(sum - durationMs)).toBeLessThanOrEqual(50);
});

it('a pod’s probes say when it could have been ready at the earliest, beside what they took', () => {
  const { recording } = incidentsOf('slow-start');
  const revision = recording.podEvents[0]!.name.replace(/-deployment-.*$/, '');
  const probes = podProbesOf([{ readinessProbe: { initialDelaySeconds: 3 } }]);
  const earliest = { afterMs: 3000, by: 'readiness' };
  const reports = recording.reports ?? [];
  const told = reports.map((report) =>
    report.kind === 'revision' && report.revision === revision ? { ...report, probes } : report,
  );
  expect(told).not.toEqual(reports);
  const { lagParts, waits, incidents } = correlate({ ...recording, reports: told }, 0);
  expect(waits.map((wait) => wait.earliest)).toEqual(waits.map(() => earliest));
  expect(Object.values(lagParts).map((lag) => lag.earliest)).toContainEqual(earliest);
  expect(incidents.flatMap(({ culprit }) => culprit.evidence.map(({ code }) => code))).toContain(
    'incidents.probe-earliest',
  );
  // Where none were recorded, nothing is said of them.
  expect(correlate(recording, 0).waits.map((wait) => wait.earliest)).toEqual(waits.map(() => null));
});

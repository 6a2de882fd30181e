import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ClusterReport } from '@/lib/model/cluster-report';
import { recordingSchema, type Recording } from '@/lib/model/recording';
import { correlate, type Correlation } from './correlate';
import { decidedAt } from './decided';

interface Run {
  loadStartMs: number;
  loadEndMs: number;
  recording: Recording;
}

/** Runs of ours on a real Knative (testdata/real-runs/README.md). */
function runOf(name: string): Run {
  const path = `testdata/real-runs/${name}.json.gz`;
  const told = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Run;
  return { ...told, recording: recordingSchema.parse(told.recording) };
}

const withReports = (run: Run, change: (report: ClusterReport) => ClusterReport): Correlation =>
  correlate(
    { ...run.recording, reports: run.recording.reports!.map(change) },
    run.loadStartMs,
    run.loadEndMs,
  );
const asItWas = (run: Run): Correlation => withReports(run, (report) => report);
const ups = ({ expected }: Correlation): [from: number, to: number][] =>
  expected.filter(({ from, to }) => to > from).map(({ from, to }) => [from, to]);

describe.each(['burst-warm', 'burst-from-zero'])('50 at once on a real Knative, %s', (name) => {
  const run = runOf(name);
  const found = asItWas(run);

  it('blames no decision that its averages ask for', () => {
    expect(found.matched.length).toBeGreaterThan(1);
    for (const { expected } of found.matched) {
      const decidedMs = found.decidedMs[expected.id]!;
      expect(Math.abs(decidedMs - expected.atMs)).toBeLessThanOrEqual(500);
    }
    expect(found.missed).toEqual([]);
  });

  it('blames none either where the averages may not be read', () => {
    const reports = run.recording.reports!.filter(({ kind }) => kind !== 'autoscaler');
    const untold = correlate({ ...run.recording, reports }, run.loadStartMs, run.loadEndMs);
    expect(ups(untold)).toEqual(ups(found));
    for (const { expected } of untold.matched)
      expect(Math.abs(untold.decidedMs[expected.id]! - expected.atMs)).toBeLessThanOrEqual(500);
    expect(untold.missed).toEqual([]);
    expect(untold.difference!.byReading).toBeGreaterThan(0.1);
  });

  it('makes due what the real autoscaler decided, to 0.3 pods on average', () => {
    const dueAt = (atMs: number): number =>
      found.expected.findLast((event) => event.atMs <= atMs)?.to ?? found.expected[0]!.from;
    const { loadStartMs, loadEndMs } = run;
    const stepMs = 50;
    let apart = 0;
    for (let atMs = loadStartMs; atMs < loadEndMs; atMs += stepMs)
      apart += Math.abs(dueAt(atMs) - decidedAt(found.decided, atMs)!) * stepMs;
    expect(apart / (loadEndMs - loadStartMs)).toBeLessThanOrEqual(0.3);
  });

  it('tells what each decision asks for by them, so that a line of it is what was due', () => {
    expect(Object.keys(found.replicasTold)).not.toEqual([]);
    for (const { decisionId, to } of found.expected) {
      const { replicas } = run.recording.decisions.find(({ id }) => id === decisionId)!;
      expect(found.replicasTold[decisionId] ?? replicas).toBe(to);
    }
  });

  it('tells the averages that were, and the difference as one of reading', () => {
    expect(found.inputs).toEqual([]);
    expect(found.difference!.byReading).toBeGreaterThan(0.1);
  });

  it('leaves ours where the cluster stays at what no beat makes of the load', () => {
    const frozen = withReports(run, (report) => {
      if (report.kind === 'scale') return { ...report, desired: 1 };
      return report.kind === 'autoscaler' ? { ...report, stable: 0.1, panic: 0.1, desired: 1 } : report;
    });
    const silent = correlate({ ...run.recording, reports: [] }, run.loadStartMs, run.loadEndMs);
    expect(ups(frozen)).toEqual(ups(silent));
    expect(ups(frozen)).not.toEqual(ups(found));
  });

  it('leaves ours where the cluster asked for other pods than its averages do', () => {
    const half = (desired: number | null): number | null =>
      desired === null ? null : Math.ceil(desired / 2);
    const otherwise = withReports(run, (report) =>
      report.kind === 'autoscaler' || report.kind === 'scale'
        ? { ...report, desired: half(report.desired) }
        : report,
    );
    expect(ups(otherwise)).not.toEqual(ups(found));
    expect(otherwise.expected.at(-1)!.to).toBe(15);
  });
});

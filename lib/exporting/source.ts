import { boundRecording } from '@/lib/timeline/known-most';
import { type Store } from '@/lib/store/client';
import { readLog, readRecording } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { correlate, type Correlation } from '@/lib/timeline/correlate';
import { type LogLine, type Recording } from '@/lib/model/recording';
import { verdictOf } from '@/lib/judging/judge-run';
import { type Run } from '@/lib/model/run';
import { type Verdict } from '@/lib/model/verdict';
import { askedOfService } from '@/lib/store/verdicts';
import { overviewOf } from '@/lib/timeline/overview';
import { hasEnded } from '@/lib/model/life';
import { maskOf, maskRun, type Mask } from '@/lib/masking/mask';

/** A run as it may leave the house: its secrets are masked here, for every format. */
export interface ExportSource {
  run: Run;
  mask: Mask;
  recording: Recording;
  correlation: Correlation;
}

/** What every export is made from; null if there is no such run. `detail` also reads the metrics that no chart shows; `lateAfterMs`
 * judges the run anew by how late a scale-up may be. */
export async function readExportSource(
  store: Store,
  id: string,
  detail: boolean,
  { lateAfterMs }: { lateAfterMs?: number | undefined } = {},
): Promise<ExportSource | null> {
  const stored = await findRun(store, id);
  if (!stored) return null;
  const read = await readRecording(store, id, { detail });
  const isKept = lateAfterMs === undefined && stored.verdict !== null;
  const found =
    isKept || !hasEnded(stored.state)
      ? stored
      : { ...stored, verdict: await judgedBy(store, stored, read, lateAfterMs) };
  const mask = maskOf(found);
  // Tags, reasons and gaps may hold what a script put there; points are numbers.
  const recording: Recording = {
    ...boundRecording(read, found.summary),
    series: mask.shape(read.series),
    podEvents: mask.shape(read.podEvents),
    decisions: mask.shape(read.decisions),
    gaps: mask.shape(read.gaps),
    ...(read.past ? { past: mask.shape(read.past) } : {}),
    ...(read.reports ? { reports: mask.shape(read.reports) } : {}),
  };
  return {
    run: maskRun(found),
    mask,
    recording,
    correlation: correlate(recording, found.loadStartMs, found.loadEndMs),
  };
}

/** The verdict of a run that has none yet, or by another limit for late scale-ups than the one that was asked for. */
async function judgedBy(
  store: Store,
  run: Run,
  recording: Recording,
  lagMs: number | undefined,
): Promise<Verdict> {
  const overview = overviewOf(recording, run.loadStartMs);
  const change = lagMs === undefined ? run.objective : { ...run.objective, lagMs };
  return verdictOf(store, run, overview, await askedOfService(store, run.id), change);
}

const logPage = 5000;

/** k6's log in pages, masked. */
export async function* logPages(store: Store, id: string, mask: Mask): AsyncGenerator<LogLine[]> {
  for (let after = 0; ;) {
    const lines = await readLog(store, id, after, logPage);
    if (lines.length > 0) yield lines.map((line) => ({ ...line, text: mask.text(line.text) }));
    if (lines.length < logPage) return;
    after = lines.at(-1)!.id;
  }
}

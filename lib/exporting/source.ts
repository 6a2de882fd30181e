import { boundRecording } from '@/lib/timeline/known-most';
import { type Store } from '@/lib/store/client';
import { readLog, readRecording } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { correlate, type Correlation } from '@/lib/timeline/correlate';
import { type LogLine, type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { maskOf, maskRun, type Mask } from '@/lib/masking/mask';

/** A run as it may leave the house: its secrets are masked here, for every format. */
export interface ExportSource {
  run: Run;
  mask: Mask;
  recording: Recording;
  correlation: Correlation;
}

/** What every export is made from; null if there is no such run. `detail` also reads the metrics that no chart shows. */
export async function readExportSource(
  store: Store,
  id: string,
  detail: boolean,
): Promise<ExportSource | null> {
  const found = await findRun(store, id);
  if (!found) return null;
  const mask = maskOf(found);
  const read = await readRecording(store, id, { detail });
  // Tags, reasons and gaps may hold what a script put there; points are numbers.
  const recording: Recording = {
    ...boundRecording(read, found.summary),
    series: mask.shape(read.series),
    podEvents: mask.shape(read.podEvents),
    decisions: mask.shape(read.decisions),
    gaps: mask.shape(read.gaps),
    ...(read.reports ? { reports: mask.shape(read.reports) } : {}),
  };
  return {
    run: maskRun(found),
    mask,
    recording,
    correlation: correlate(recording, found.loadStartMs, found.loadEndMs),
  };
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

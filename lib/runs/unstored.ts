import { type RecordingGap } from '@/lib/model/recording';
import { type Overview } from '@/lib/timeline/overview';

const shared = globalThis as typeof globalThis & {
  scaletraceUnstored?: Map<string, () => RecordingGap[]>;
};

/** Where the gaps of a run are asked for that the database does not have yet. The function returned forgets it. */
export function keepUnstored(runId: string, gaps: () => RecordingGap[]): () => void {
  shared.scaletraceUnstored ??= new Map();
  shared.scaletraceUnstored.set(runId, gaps);
  return () => shared.scaletraceUnstored?.delete(runId);
}

/** The gaps of a run that the database does not have yet. */
export function unstoredOf(runId: string): RecordingGap[] {
  return shared.scaletraceUnstored?.get(runId)?.() ?? [];
}

/** What was read of a run, with the gaps that could not be stored yet: a page shows them at once. */
export function withUnstored<T extends Pick<Overview, 'gaps'>>(runId: string, read: T): T {
  const gaps = unstoredOf(runId);
  return gaps.length === 0 ? read : { ...read, gaps: [...read.gaps, ...gaps] };
}

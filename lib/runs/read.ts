import { type Store } from '@/lib/store/client';
import { formatCursor, readRecording } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { type Recording } from '@/lib/timeline/recording';
import { type Run } from '@/lib/timeline/run';

export interface RunPage {
  run: Run;
  recording: Recording;
  /** Where `/api/runs/:id/events` goes on. */
  cursor: string;
}

/** What a run's page shows: live, reloaded or shared alike; null if there is no such run. */
export async function readRun(store: Store, id: string, options: { detail?: boolean } = {}): Promise<RunPage | null> {
  const run = await findRun(store, id);
  if (!run) return null;
  const { recording, cursor } = await readRecording(store, id, undefined, options.detail ?? false);
  return { run, recording, cursor: formatCursor(cursor) };
}

import { type DatabaseToRead } from '@/lib/store/client';
import { openToRead } from '@/lib/store/reading';
import { findRun } from '@/lib/store/runs';
import { inThread } from '@/lib/threads/in-thread';
import { defaultColumns } from '@/lib/timeline/overview';
import { notFound } from '@/lib/model/problem';
import { makePage } from './read';

export interface PageWork {
  runId: string;
}

/** A worker thread: makes the page of a run that has ended, as JSON, by a connection of its own. */
inThread(async function* ({
  database,
  runId,
}: PageWork & { database: DatabaseToRead }): AsyncGenerator<string> {
  const store = await openToRead(database);
  try {
    const run = await findRun(store, runId);
    if (!run) throw notFound('run');
    yield JSON.stringify(await makePage(store, run, { columns: defaultColumns, range: null }));
  } finally {
    await store.$disconnect();
  }
});

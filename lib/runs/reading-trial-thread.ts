import { inThread } from '@/lib/threads/in-thread';
import { type DatabaseToRead } from '@/lib/store/client';
import { openToRead } from '@/lib/store/reading';

/** What the test has a thread do: it reads without a pause. */
inThread(async function* ({ database }: { database: DatabaseToRead }): AsyncGenerator<number> {
  const store = await openToRead(database);
  for (;;) {
    const read = await store.$queryRawUnsafe<unknown[]>('SELECT a."key" FROM "Setting" a, "Setting" b');
    yield read.length;
  }
});

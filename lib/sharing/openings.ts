import { getStore, type Store } from '@/lib/store/client';
import { countOpening } from '@/lib/store/shares';

/** Openings in between are stored as one: each waits for the disk, and the recording of runs would wait behind them. */
const usualEveryMs = 2000;

const shared = globalThis as typeof globalThis & {
  scaletraceOpenings?: { waiting: Map<string, { count: number; lastMs: number }>; isStoring: boolean };
};

/** Counts that somebody opened a link; whoever opens it does not wait for that. The first is stored at once. */
export function noteOpening(
  id: string,
  nowMs: number,
  { store = getStore, everyMs = usualEveryMs }: { store?: () => Promise<Store>; everyMs?: number } = {},
): void {
  shared.scaletraceOpenings ??= { waiting: new Map(), isStoring: false };
  const { waiting } = shared.scaletraceOpenings;
  waiting.set(id, { count: (waiting.get(id)?.count ?? 0) + 1, lastMs: nowMs });
  void storeOpenings(shared.scaletraceOpenings, store, everyMs);
}

async function storeOpenings(
  openings: NonNullable<typeof shared.scaletraceOpenings>,
  store: () => Promise<Store>,
  everyMs: number,
): Promise<void> {
  if (openings.isStoring) return;
  openings.isStoring = true;
  while (openings.waiting.size > 0) {
    const taken = [...openings.waiting];
    openings.waiting.clear();
    for (const [id, { count, lastMs }] of taken)
      await store()
        .then((opened) => countOpening(opened, id, lastMs, count))
        .catch(() => {
          // While the database cannot be written they are kept.
          const since = openings.waiting.get(id);
          openings.waiting.set(id, {
            count: count + (since?.count ?? 0),
            lastMs: Math.max(lastMs, since?.lastMs ?? 0),
          });
        });
    await new Promise((resolve) => setTimeout(resolve, everyMs).unref());
  }
  openings.isStoring = false;
}

import { type Store } from '@/lib/store/client';
import { formatOverviewCursor } from '@/lib/store/overview';
import { isUnderWay } from '@/lib/store/runs';
import { rangeOverview, thinOverview, type OverviewRange } from '@/lib/timeline/overview';
import { packOverview } from '@/lib/timeline/overview-encode';
import { shownBy, type View } from './events';
import { liveRun } from './live-run';
import { type RunPage } from './read';

/**
 * The page of a run that goes on as a view shows it, made once for all who ask for it in the same second; null where the
 * run has ended, or there is none.
 */
export async function readLivePage(
  store: Store,
  id: string,
  { columns, range }: { columns: number; range: OverviewRange | null },
  view: View,
): Promise<RunPage | null> {
  if (!(await isUnderWay(store, id))) return null;
  const moment = await liveRun(store, id).now();
  if (!moment || moment.ended) return null;
  const { overview, correlation, once } = moment;
  return once(`${view.key} page ${columns} ${range?.fromMs} ${range?.toMs}`, () => {
    const shown = shownBy(view, moment.run);
    const page: Omit<RunPage, 'run'> = {
      overview: packOverview(
        range ? rangeOverview(overview, range, columns) : thinOverview(overview, columns),
      ),
      correlation: range ? null : correlation,
      cursor: formatOverviewCursor(moment.cursor),
    };
    return { run: shown.run, ...shown.data(page) };
  });
}

/**
 * What is read of a whole run: of one that goes on it is made once a second for all who ask for the same by `key`, or less
 * often where it takes long; of one that has ended it is made each time.
 */
export async function madeForReaders<T>(
  store: Store,
  id: string,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  return (await isUnderWay(store, id)) ? liveRun(store, id).slowly(key, make) : make();
}

import { type Store } from '@/lib/store/client';
import { readOverview, startOfOverview, type OverviewCursor } from '@/lib/store/overview';
import { packCorrelation, type PackedCorrelation } from '@/lib/timeline/correlation-encode';
import { appendRows, correlateOverview, endOfOverview, type Overview } from '@/lib/timeline/overview';
import { packOverview, type PackedOverview } from '@/lib/timeline/overview-encode';
import { type Run } from '@/lib/model/run';
import { withUnstored } from './unstored';

export interface News {
  overview: PackedOverview;
  /** Null where the one before still holds. */
  correlation: PackedCorrelation | null;
  cursor: OverviewCursor;
  /** How many rows are new. */
  rows: number;
}

/** While nothing scales, the price of what did scale is reckoned again this often: the steady state goes on (ms). */
const recorrelateMs = 10_000;

/**
 * Reads what is new of one run again and again, for one reader. It keeps what it has read, since a correlation needs
 * every second: a reader that came with a few columns has it from here.
 */
export class NewsReader {
  private whole: Overview | null = null;
  private position: OverviewCursor = startOfOverview;
  private correlated = { key: '', atMs: -Infinity };

  constructor(
    private readonly store: Store,
    private readonly runId: string,
    private cursor: OverviewCursor,
  ) {}

  async next(run: Run): Promise<News> {
    const { overview, cursor } = await readOverview(this.store, this.runId, this.position);
    const fresh = withUnstored(this.runId, overview);
    this.position = cursor;
    this.whole = this.whole
      ? { ...appendRows(this.whole, fresh), columns: this.whole.columns.concat(fresh.columns) }
      : fresh;
    const news = after(fresh, this.cursor);
    this.cursor = cursor;
    return {
      overview: packOverview(news),
      correlation: this.correlate(run),
      cursor,
      rows: news.columns.length + news.podEvents.length + news.concurrency.length + news.decisions.length,
    };
  }

  private correlate({ loadStartMs, loadEndMs, state }: Run): PackedCorrelation | null {
    const { whole } = this;
    if (!whole) return null;
    const decided = whole.decisions.findLast(({ valid }) => valid);
    const key = JSON.stringify([
      whole.podEvents.length,
      decided?.replicas,
      whole.gaps,
      loadStartMs,
      loadEndMs,
      state,
    ]);
    const endMs = endOfOverview(whole);
    if (key === this.correlated.key && endMs - this.correlated.atMs < recorrelateMs) return null;
    this.correlated = { key, atMs: endMs };
    return packCorrelation(correlateOverview(whole, loadStartMs, loadEndMs));
  }
}

/** The rows after a cursor, of rows read together. */
function after(read: Overview, cursor: OverviewCursor): Overview {
  const decisions = read.decisions.filter(({ id }) => id > cursor.decisions);
  return {
    ...read,
    columns: read.columns.filter(({ id }) => id > cursor.columns),
    podEvents: read.podEvents.filter(({ id }) => id > cursor.podEvents),
    concurrency: read.concurrency.filter(({ id }) => id > cursor.concurrency),
    decisions,
    decisionCount: decisions.length,
  };
}

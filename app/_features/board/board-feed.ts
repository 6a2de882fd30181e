import { unpackCorrelation } from '@/lib/timeline/correlation-encode';
import { unpackOverview } from '@/lib/timeline/overview-encode';
import { toProblem, type ApiProblem } from '@/lib/api/api-problem';
import { RequestTable } from '@/app/_ui/charts/columns';
import { makeModel, type ChartModel } from '@/app/_ui/charts/model';
import { createStore } from '@/app/_ui/charts/store';
import { api } from '@/app/_ui/data/api';

/** What a board shows: `null` before the first answer, and `nothing` where nothing was watched. */
export type BoardShown = ChartModel | 'nothing' | null;

/** How often a span of so many minutes is read anew: what a pixel shows does not change sooner. */
const readEveryMs = (minutes: number): number => (minutes <= 15 ? 2000 : minutes <= 60 ? 5000 : 30_000);

/** The last minutes of a service's board, read again and again until it is stopped or held. */
export class BoardFeed {
  readonly shown = createStore<BoardShown>(null);
  readonly problem = createStore<ApiProblem | null>(null);
  private timer: ReturnType<typeof setTimeout> | null = null;
  private abort: AbortController | null = null;
  private held = false;

  constructor(
    private readonly serviceId: string,
    private readonly minutes: number,
  ) {}

  /** Begins to read; the function returned ends it. */
  start(): () => void {
    void this.read();
    return () => this.stop();
  }

  /** While held nothing moves: a reader looks at a part of it. */
  hold(held: boolean): void {
    if (held === this.held) return;
    this.held = held;
    if (held) this.stop();
    else void this.read();
  }

  /** Reads at once. */
  async read(): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.abort = abort;
    const toUnixMs = Date.now();
    try {
      const { board } = await api('GET /api/services/{id}/board', {
        params: { id: this.serviceId },
        query: { fromUnixMs: toUnixMs - this.minutes * 60_000, toUnixMs },
        signal: abort.signal,
      });
      this.problem.set(null);
      if (board?.correlation) {
        const { columns, ...rows } = unpackOverview(board.overview);
        const table = new RequestTable();
        table.append(columns);
        this.shown.set(makeModel(board.run, rows, table, unpackCorrelation(board.correlation), null));
      } else this.shown.set('nothing');
    } catch (error) {
      if (abort.signal.aborted) return;
      // What is shown stays: it is read again by itself.
      this.problem.set(toProblem(error));
    }
    if (!this.held) this.timer = setTimeout(() => void this.read(), readEveryMs(this.minutes));
  }

  private stop(): void {
    this.abort?.abort();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

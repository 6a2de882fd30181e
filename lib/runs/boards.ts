import { type Service } from '@/lib/model/run';
import { listOldPieces, listPieces, listWatched, setWatched } from '@/lib/store/boards';
import { type Store } from '@/lib/store/client';
import { removeRun } from '@/lib/store/deleted-runs';
import { findService } from '@/lib/store/services';
import { readSetting } from '@/lib/store/settings';
import { thinRun } from '@/lib/store/thin';
import { BoardWatch } from './board-watch';

/** After this long a board is kept in steps of ten seconds. */
const thinAfterMs = 2 * 3_600_000;
const thinStepMs = 10_000;

/** The services that are watched without a load. */
export class Boards {
  private readonly watches = new Map<string, BoardWatch>();
  /** One change at a time: who switches off and on at once gets what was asked last. */
  private changing: Promise<void> = Promise.resolve();

  constructor(private readonly store: Store) {}

  /** Goes on with what was watched when an earlier process ended. */
  resume(): Promise<void> {
    return this.change(async () => {
      for (const id of await listWatched(this.store)) await this.begin(id);
    });
  }

  /** Switches a service's watch on or off. */
  set(serviceId: string, watched: boolean): Promise<void> {
    return this.change(async () => {
      await setWatched(this.store, serviceId, watched ? Date.now() : null);
      if (watched) await this.begin(serviceId);
      else await this.end(serviceId);
    });
  }

  /** Watches a service as it is by now: for whoever changes it. */
  serviceChanged(service: Service): Promise<void> {
    return this.change(async () => {
      const watch = this.watches.get(service.id);
      if (!watch || JSON.stringify(watch.service) === JSON.stringify(service)) return;
      await this.end(service.id);
      await this.begin(service.id);
    });
  }

  /** Ends a service's watch and removes its board: for whoever forgets it, before it is gone. */
  forget(serviceId: string): Promise<void> {
    return this.change(async () => {
      await this.end(serviceId);
      for (const id of await listPieces(this.store, serviceId)) await removeRun(this.store, id);
    });
  }

  /** Ends all watches. */
  async stop(): Promise<void> {
    await this.change(async () => {
      for (const id of [...this.watches.keys()]) await this.end(id);
    });
  }

  private change(action: () => Promise<void>): Promise<void> {
    const done = this.changing.then(action);
    this.changing = done.catch(() => undefined);
    return done;
  }

  private async begin(serviceId: string): Promise<void> {
    const service = await findService(this.store, serviceId);
    if (service && !this.watches.has(serviceId))
      this.watches.set(serviceId, new BoardWatch(this.store, service));
  }

  private async end(serviceId: string): Promise<void> {
    const watch = this.watches.get(serviceId);
    this.watches.delete(serviceId);
    await watch?.stop();
  }
}

/** Keeps boards as long, and as fine, as the settings say. `nowMs`: Unix ms. */
export async function keepBoards(store: Store, nowMs: number): Promise<void> {
  const { keepHours } = await readSetting(store, 'board');
  for (const id of await listOldPieces(store, nowMs - keepHours * 3_600_000)) await removeRun(store, id);
  for (const id of await listOldPieces(store, nowMs - thinAfterMs, thinStepMs))
    await thinRun(store, id, thinStepMs);
}

import { setTimeout as pause } from 'node:timers/promises';
import { type Service } from '@/lib/model/run';
import { listOldPieces, listPieces, listWatched, setWatched } from '@/lib/store/boards';
import { type Store } from '@/lib/store/client';
import { removeRun } from '@/lib/store/deleted-runs';
import { hasDuty, leaveDuty } from '@/lib/store/leases/duties';
import { findService } from '@/lib/store/services';
import { readSetting } from '@/lib/store/settings';
import { thinRun } from '@/lib/store/thin';
import { BoardWatch } from './board-watch';

/** After this long a board is kept in steps of ten seconds. */
const thinAfterMs = 2 * 3_600_000;
const thinStepMs = 10_000;
/** So long (ms) another dashboard is given to end its watch. */
const othersEndMs = 10_000;

/** The services that are watched without a load. */
export class Boards {
  private readonly watches = new Map<string, BoardWatch>();
  /** One change at a time: who switches off and on at once gets what was asked last. */
  private changing: Promise<void> = Promise.resolve();

  /** `dashboardId`: which of several on its database this is, each watching what no other does; null: the only one. */
  constructor(
    private readonly store: Store,
    private readonly dashboardId: string | null = null,
  ) {}

  /** Goes on with what was watched when an earlier process ended, and does what another has switched or changed. */
  resume(): Promise<void> {
    return this.change(async () => {
      const watched = await listWatched(this.store);
      for (const id of [...this.watches.keys()]) if (!watched.includes(id)) await this.end(id);
      for (const id of watched) await this.follow(await findService(this.store, id));
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
      if (this.watches.has(service.id)) await this.follow(service);
    });
  }

  /** Ends a service's watch and removes its board: for whoever forgets it, before it is gone. */
  forget(serviceId: string): Promise<void> {
    return this.change(async () => {
      await this.end(serviceId);
      if (this.dashboardId !== null) await this.untilUnwatched(serviceId);
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

  /** Has another dashboard that watches it end that: it looks every few seconds. */
  private async untilUnwatched(serviceId: string): Promise<void> {
    await setWatched(this.store, serviceId, null);
    const untilMs = performance.now() + othersEndMs;
    while (!(await hasDuty(this.store, dutyOf(serviceId), this.dashboardId)) && performance.now() < untilMs)
      await pause(250);
    await leaveDuty(this.store, dutyOf(serviceId), this.dashboardId);
  }

  private async begin(serviceId: string): Promise<void> {
    await this.follow(await findService(this.store, serviceId));
  }

  /** Watches a service as it is by now, unless another dashboard does. */
  private async follow(service: Service | null): Promise<void> {
    if (!service) return;
    const watch = this.watches.get(service.id);
    if (watch && JSON.stringify(watch.service) === JSON.stringify(service)) return;
    if (watch) await this.end(service.id);
    if (await hasDuty(this.store, dutyOf(service.id), this.dashboardId))
      this.watches.set(service.id, new BoardWatch(this.store, service, { ownerId: this.dashboardId }));
  }

  private async end(serviceId: string): Promise<void> {
    const watch = this.watches.get(serviceId);
    if (!watch) return;
    this.watches.delete(serviceId);
    await watch.stop();
    await leaveDuty(this.store, dutyOf(serviceId), this.dashboardId);
  }
}

function dutyOf(serviceId: string): string {
  return `board ${serviceId}`;
}

/** Keeps boards as long, and as fine, as the settings say. `nowMs`: Unix ms. */
export async function keepBoards(store: Store, nowMs: number): Promise<void> {
  const { keepHours } = await readSetting(store, 'board');
  for (const id of await listOldPieces(store, nowMs - keepHours * 3_600_000)) await removeRun(store, id);
  for (const id of await listOldPieces(store, nowMs - thinAfterMs, thinStepMs))
    await thinRun(store, id, thinStepMs);
}

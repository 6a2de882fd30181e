import { endedStates } from '@/lib/model/life';
import { type Run } from '@/lib/model/run';
import { type Store } from './client';

type Asked = NonNullable<Run['stopAsked']>;

/**
 * Notes that a user asks for the end of a run's load, for whoever makes it: asked a second time, it is to be killed. Nothing
 * is noted of a run that has ended.
 */
export async function askToStop(store: Store, id: string, mode: Asked): Promise<void> {
  const where = { id, state: { notIn: [...endedStates] } };
  if (mode === 'graceful') {
    const { count } = await store.run.updateMany({
      where: { ...where, stopAsked: null },
      data: { stopAsked: mode },
    });
    if (count > 0) return;
  }
  await store.run.updateMany({ where, data: { stopAsked: 'kill' satisfies Asked } });
}

/** Those of these runs whose load was asked to end, and how. */
export async function listStops(
  store: Store,
  ids: readonly string[],
): Promise<{ id: string; mode: Asked }[]> {
  const rows = await store.run.findMany({
    where: { id: { in: [...ids] }, stopAsked: { not: null } },
    select: { id: true, stopAsked: true },
  });
  return rows.map(({ id, stopAsked }) => ({ id, mode: stopAsked === 'kill' ? 'kill' : 'graceful' }));
}

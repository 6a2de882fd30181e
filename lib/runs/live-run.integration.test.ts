import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeEngine, fakePush, type FakeLoad } from '@/lib/loadgen/fake-engine';
import { type RunState } from '@/lib/model/life';
import { type Run, type Service } from '@/lib/model/run';
import { onPostgres } from '@/lib/store/fake-database';
import { parseOverviewCursor, startOfOverview } from '@/lib/store/overview';
import { findRun } from '@/lib/store/runs';
import { unpackOverview } from '@/lib/timeline/overview-encode';
import { runEvents, type RunEvent, type View } from './events';
import { openTestStore, registerService, shortTimes, until, type TestStore } from './fake-run';
import { liveRun } from './live-run';
import { readLivePage } from './live-page';
import { RunManager } from './manager';
import { readRunPage } from './read';

let opened: TestStore;
let service: Service;
let manager: RunManager;
const engine = new FakeEngine();
const whole = { columns: 600, range: null };

beforeAll(async () => {
  opened = await openTestStore();
  service = await registerService(opened.store, 'shop');
  manager = new RunManager(opened.store, engine, { ...shortTimes, pushSilenceMs: 1e9 });
});
afterAll(() => opened.close());

const asItIs: View = {
  key: 'all',
  show: (run) => ({ run, log: (lines) => lines, data: (data) => data }),
};
const masking: View = {
  key: 'masked',
  show: (run) => ({ run: { ...run, name: 'masked' }, log: () => [], data: (data) => data }),
};

const reaches = (id: string, state: RunState): Promise<Run> =>
  until(async () => {
    const run = await findRun(opened.store, id);
    return run?.state === state && run;
  });

interface Live {
  id: string;
  load: FakeLoad;
  push: () => Promise<void>;
}

async function underWay(): Promise<Live> {
  const { id } = await manager.start(
    { serviceId: service.id, scriptName: 'mine', scriptText: '', env: {}, tags: [] },
    { startedBy: null, uncagedAllowed: false },
  );
  await reaches(id, 'running');
  const load = engine.loads.at(-1)!;
  return { id, load, push: () => manager.ingest(id, load.load.ingestSecret, fakePush({ 200: 10 })) };
}

/** One who reads as fast as it is told; `events` grows. */
function reader(
  id: string,
  view: View,
  cursor = startOfOverview,
): { events: RunEvent[]; done: Promise<void> } {
  const events: RunEvent[] = [];
  const { signal } = new AbortController();
  const done = (async () => {
    for await (const event of runEvents(opened.store, id, cursor, { view, signal })) events.push(event);
  })();
  return { events, done };
}

const columnsOf = (events: readonly RunEvent[]): { id: number; requests: number }[] =>
  events.flatMap((event) =>
    event.type === 'overview'
      ? unpackOverview(event.data.overview).columns.map(({ id, requests }) => ({ id, requests }))
      : [],
  );
const requestsOf = (events: readonly RunEvent[]): number =>
  columnsOf(events).reduce((sum, { requests }) => sum + requests, 0);

describe('a run that goes on', () => {
  it('is told to all who read it by what is made once; each second reaches each of them once', async () => {
    const { id, load, push } = await underWay();
    await push();
    const readers = Array.from({ length: 20 }, () => reader(id, asItIs));
    const links = Array.from({ length: 10 }, () => reader(id, masking));
    const all = [...readers, ...links];
    await until(() => all.every(({ events }) => requestsOf(events) === 10));
    for (let i = 2; i <= 3; i++) {
      await push();
      await until(() => all.every(({ events }) => requestsOf(events) === 10 * i));
    }
    load.end();
    await Promise.all(all.map(({ done }) => done));
    for (const group of [readers, links])
      for (const { events } of group) {
        expect(events.length).toBe(group[0]!.events.length);
        // The very same objects: whoever sends them makes their bytes once.
        events.forEach((event, i) => expect(event).toBe(group[0]!.events[i]));
      }
    const ids = columnsOf(readers[0]!.events).map((column) => column.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(ids.length).toBe(3);
    expect(readers[0]!.events.at(-1)!.type).toBe('end');
    const names = links[0]!.events.flatMap((event) => (event.type === 'run' ? [event.data.run.name] : []));
    expect(new Set(names)).toEqual(new Set(['masked']));
  });

  it('one who does not read is told at once what it missed, and holds nobody up', async () => {
    const { id, load, push } = await underWay();
    const { signal } = new AbortController();
    const slow = runEvents(opened.store, id, startOfOverview, { view: asItIs, signal });
    const first = await slow.next();
    expect(first.value).toMatchObject({ type: 'run' });
    const quick = reader(id, asItIs);
    for (let i = 1; i <= 4; i++) {
      await push();
      await until(() => requestsOf(quick.events) === 10 * i);
    }
    load.end();
    await quick.done;
    const missed: RunEvent[] = [];
    for await (const event of slow) missed.push(event);
    expect(columnsOf(missed)).toEqual(columnsOf(quick.events));
    const count = (events: RunEvent[]): number => events.filter(({ type }) => type === 'overview').length;
    expect(count(missed)).toBeLessThanOrEqual(2);
    expect(count(quick.events)).toBeGreaterThan(count(missed));
    expect(missed.at(-1)!.type).toBe('end');
  });

  it('tells its readers how its thresholds stand while it goes on, and no longer when it has ended', async () => {
    engine.options = { thresholds: { checks: ['rate>0.9'] } };
    const run = await underWay().finally(() => (engine.options = {}));
    const told = reader(run.id, asItIs);
    await run.push();
    const standing = await until(() =>
      Promise.resolve(
        told.events.flatMap((event) =>
          event.type === 'overview' ? (unpackOverview(event.data.overview).thresholds ?? []) : [],
        )[0] ?? null,
      ),
    );
    expect(standing).toMatchObject({ metric: 'checks', source: 'rate>0.9', ok: null });
    run.load.end();
    await reaches(run.id, 'finished');
    await told.done;
    const last = told.events.findLast((event) => event.type === 'overview');
    expect(last && unpackOverview(last.data.overview).thresholds).toBeUndefined();
  });

  it.runIf(onPostgres)(
    'tells what another dashboard changed of it, though each second is stored here',
    async () => {
      const run = await underWay();
      const told = reader(run.id, asItIs);
      await run.push();
      await until(() => Promise.resolve(told.events.length > 0));
      await opened.store.run.update({ where: { id: run.id }, data: { name: 'renamed elsewhere' } });
      await until(async () => {
        await run.push();
        return told.events.some(
          (event) => event.type === 'run' && event.data.run.name === 'renamed elsewhere',
        );
      });
      run.load.end();
      await reaches(run.id, 'finished');
      await told.done;
    },
  );

  it('resumes from a cursor with what came after it', async () => {
    const { id, load, push } = await underWay();
    const before = reader(id, asItIs);
    await push();
    await until(() => requestsOf(before.events) === 10);
    const known = before.events.findLast((event) => event.type === 'overview')!;
    const resumed = reader(id, asItIs, parseOverviewCursor(known.id)!);
    await push();
    await until(() => requestsOf(before.events) === 20);
    load.end();
    await Promise.all([before.done, resumed.done]);
    expect(columnsOf(resumed.events)).toEqual(columnsOf(before.events).slice(1));
  });

  it('has one page for all who ask for it in the same second, as the database would give it', async () => {
    const { id, load, push } = await underWay();
    await push();
    const [page, same, masked] = await Promise.all(
      [asItIs, asItIs, masking].map((view) => readLivePage(opened.store, id, whole, view)),
    );
    expect(same).toBe(page);
    expect(masked!.run.name).toBe('masked');
    const { overview } = (await readRunPage(opened.store, id, whole))!;
    expect(page!.overview.columns).toEqual(overview.columns);
    load.end();
    await reaches(id, 'finished');
    expect(await readLivePage(opened.store, id, whole, asItIs)).toBeNull();
  });

  it('has what takes long made once for all who ask meanwhile', async () => {
    const { id, load } = await underWay();
    const live = liveRun(opened.store, id);
    await live.now();
    let made = 0;
    const make = async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return ++made;
    };
    expect(await Promise.all(Array.from({ length: 50 }, () => live.slowly('metrics', make)))).toEqual(
      Array.from({ length: 50 }, () => 1),
    );
    await expect(live.slowly('wrong', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await live.slowly('wrong', () => Promise.resolve('yes'))).toBe('yes');
    load.end();
    await reaches(id, 'finished');
  });

  it('that is no more ends its stream', async () => {
    const gone = reader('no such run', asItIs);
    await gone.done;
    expect(gone.events).toEqual([]);
  });
});

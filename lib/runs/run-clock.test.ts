import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { steadyNow } from '@/lib/environment/steady-clock';
import { FakeEngine, fakePush } from '@/lib/loadgen/fake-engine';
import { type RunState } from '@/lib/model/life';
import { type Run, type Service } from '@/lib/model/run';
import { readRecording } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { type RunTimes } from './run-times';
import { openTestStore, registerService, shortTimes, until, type TestStore } from './fake-run';
import { RunManager } from './manager';
import { RunClock, systemClocks, type Clocks } from './run-clock';

let opened: TestStore;
let service: Service;
const engine = new FakeEngine();

// Each has a database of its own: the manager of the test before would take its run from the queue.
beforeEach(async () => {
  opened = await openTestStore();
  service = await registerService(opened.store, 'shop');
});
afterEach(() => opened.close());

/** Clocks of which the wall's can be set, and time goes on by itself only where it is told to. */
class SetClocks implements Clocks {
  private wall = 1_800_000_000_000;
  private steady = 5_000;
  wallMs = (): number => this.wall;
  steadyMs = (): number => this.steady;
  pass(ms: number): void {
    this.wall += ms;
    this.steady += ms;
  }
  set(byMs: number): void {
    this.wall += byMs;
  }
}

describe('a run’s clock', () => {
  it.each([600_000, -600_000])(
    'goes on as it was when the wall clock is set by %d ms, and says so once',
    (byMs) => {
      const clocks = new SetClocks();
      const clock = new RunClock(clocks);
      clocks.pass(10_000);
      expect(clock.wallStep()).toBeNull();
      clocks.set(byMs);
      clocks.pass(1000);
      expect(clock.nowMs).toBe(11_000);
      expect(clock.wallStep()).toEqual({
        code: 'assumptions.wall-clock-set',
        data: { way: byMs > 0 ? 'forward' : 'back', seconds: 600, second: 11 },
      });
      expect(clock.wallStep()).toBeNull();
      clocks.set(-byMs);
      expect(clock.wallStep()).toMatchObject({ data: { way: byMs > 0 ? 'back' : 'forward' } });
    },
  );

  it('takes no trimming for a step', () => {
    const clocks = new SetClocks();
    const clock = new RunClock(clocks);
    clocks.set(900);
    expect(clock.wallStep()).toBeNull();
  });

  it('is the system’s by its own account', () => {
    const clock = new RunClock(systemClocks);
    expect(Math.abs(clock.zeroMs - steadyNow())).toBeLessThan(60_000);
  });
});

const reaches = (id: string, state: RunState): Promise<Run> =>
  until(async () => {
    const run = await findRun(opened.store, id);
    return run?.state === state && run;
  });

async function begin(times: Partial<RunTimes>, clocks?: Clocks) {
  const manager = new RunManager(opened.store, engine, { ...shortTimes, ...times }, clocks);
  const { id } = await manager.start(
    { serviceId: service.id, scriptName: 'mine', scriptText: '', env: {}, tags: [] },
    { startedBy: null, uncagedAllowed: false },
  );
  await reaches(id, 'running');
  const load = engine.loads.at(-1)!;
  return { id, load, push: () => manager.ingest(id, load.load.ingestSecret, fakePush({ 200: 10 })) };
}

describe('a run while the wall clock is set', () => {
  it.each([600_000, -600_000])('by %d ms has its true length, and notes it', async (byMs) => {
    const clocks = new SetClocks();
    const { id, load, push } = await begin({ pushSilenceMs: 1e9 }, clocks);
    for (const setMs of [0, byMs, 0]) {
      clocks.pass(1000);
      clocks.set(setMs);
      await push();
    }
    await until(async () => ((await findRun(opened.store, id))?.autoscaling?.assumptions.length ?? 0) > 0);
    load.end();
    const run = await reaches(id, 'finished');
    expect([run.loadStartMs, run.loadEndMs, run.endedAtMs! - run.originMs!]).toEqual([0, 3000, 3000]);
    const { points, decisions, gaps } = await readRecording(opened.store, id);
    expect(points.map(({ atMs }) => atMs)).toEqual([1000, 2000, 3000]);
    for (const { atMs } of decisions) expect(atMs).toBeGreaterThanOrEqual(0);
    for (const { fromMs, toMs } of gaps) expect(toMs! - fromMs).toBeGreaterThanOrEqual(0);
    const noted = run.autoscaling!.assumptions.filter((text) => /clock was set/.test(text));
    expect(noted.length).toBe(1);
    expect(noted[0]).toContain(byMs > 0 ? 'forward by 600 s' : 'back by 600 s');
  });
});

describe('a push that is late', () => {
  const gapsOf = async (id: string): Promise<(string | null | undefined)[]> =>
    (await readRecording(opened.store, id)).gaps.flatMap(({ what, code }) =>
      what === 'requests' ? [code] : [],
    );

  it('is k6’s fault where nothing held us back', async () => {
    const { id, load, push } = await begin({ pushSilenceMs: 200 });
    await push();
    // On a machine that is busy itself it may be ours at first.
    await until(async () => (await gapsOf(id)).includes('gaps.no-metrics'));
    load.end();
    await reaches(id, 'finished');
    expect((await gapsOf(id)).at(-1)).toBe('gaps.no-metrics');
  });

  it('is ours where this thread stood still', async () => {
    const { id, load, push } = await begin({ pushSilenceMs: 2000 });
    await push();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
    await until(async () => (await gapsOf(id)).length > 0);
    await push();
    load.end();
    await reaches(id, 'finished');
    expect(await gapsOf(id)).toEqual(['gaps.dashboard-busy']);
  });
});

/** The run that `npm run bench -- cluster` reads: `SECONDS PODS EVENTS`, made in the folder of `SCALETRACE_DIR`; what it cost is its last line. */
import { type PodEvent } from '@/lib/model/recording';
import { type Recorder } from '@/lib/runs/recorder';
import { recordRun } from './recorded-hour';

const livesMs = 90_000;
const way = [
  [0, 'ADDED', 'pending'],
  [200, 'MODIFIED', 'starting'],
  [1500, 'MODIFIED', 'ready'],
  [livesMs, 'MODIFIED', 'terminating'],
  [livesMs + 2000, 'DELETED', 'gone'],
] as const satisfies readonly [number, PodEvent['type'], PodEvent['phase']][];

/** Pods of two revisions that come and go, each with steps and Events of its own. */
class BusyCluster {
  pods = 0;
  events = 0;
  private due = 0;
  private later: { atMs: number; tell: () => void }[] = [];

  constructor(
    private readonly podsASecond: number,
    private readonly eventsAPod: number,
  ) {}

  second(recorder: Recorder, atMs: number): void {
    for (this.due += this.podsASecond; this.due >= 1; this.due--) this.make(recorder, atMs);
    this.later.sort((a, b) => a.atMs - b.atMs);
    while (this.later[0] && this.later[0].atMs <= atMs) this.later.shift()!.tell();
  }

  private make(recorder: Recorder, madeMs: number): void {
    const n = ++this.pods;
    const revision = n % 2 === 0 ? 'shop-00001' : 'shop-00002';
    const [uid, name] = [`busy-${n}`, `${revision}-deployment-${n}`];
    for (const [afterMs, type, phase] of way) {
      const atMs = madeMs + afterMs;
      const told = { atMs, serverAtMs: null, type, uid, name, revision, phase, reason: null };
      this.later.push({ atMs, tell: () => recorder.pod({ ...told, resourceVersion: `${atMs}` }) });
    }
    for (let i = 0; i < Math.round(n * this.eventsAPod) - Math.round((n - 1) * this.eventsAPod); i++) {
      this.events++;
      const atMs = madeMs + 100 * i;
      this.later.push({
        atMs,
        tell: () =>
          recorder.report({
            kind: 'event',
            object: 'Pod',
            uid,
            name,
            type: i % 5 === 4 ? 'Warning' : 'Normal',
            reason: ['Scheduled', 'Pulling', 'Pulled', 'Started', 'Unhealthy'][i % 5]!,
            message: `Readiness probe failed, or what else is said of ${name}`,
            count: 1,
            atMs,
            serverAtMs: null,
          }),
      });
    }
  }
}

const [seconds = 0, pods = 0, events = 0] = process.argv.slice(2).map(Number);
const rss = (): number => process.memoryUsage().rss;
let [before, most] = [0, 0];
const beganMs = performance.now();
const cpuBefore = process.cpuUsage();
const busy = new BusyCluster(pods / seconds, events / pods);
await recordRun(seconds, seconds * 100, (recorder, atMs) => {
  before ||= rss();
  busy.second(recorder, atMs);
  most = Math.max(most, rss());
});
const { user, system } = process.cpuUsage(cpuBefore);
console.log(
  JSON.stringify({
    ...{ pods: busy.pods, events: busy.events, before, most: Math.max(most, rss()) },
    cpuSeconds: (user + system) / 1e6,
    seconds: (performance.now() - beganMs) / 1000,
  }),
);
process.exit(0);

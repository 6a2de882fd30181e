/**
 * `npm run bench -- readers`: one run under way with hundreds of series, read by many at once: by pages that follow it, by
 * readers of a share link, and by connections that never read. What is measured is what they do to the recording, to the
 * page, and to the dashboard's memory.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get, type ClientRequest, type IncomingMessage } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { stateDirectory } from '@/lib/environment/paths';
import { endedStates } from '@/lib/model/run';
import { Processes } from '@/scripts/processes';
import { startBenchDashboard } from './bench-dashboard';
import { cpuOfTree } from './cpu';
import { median } from './k6-load';
import { startTarget, type Target } from './target';

const whole = (fallback: number, most: number) => z.coerce.number().int().min(0).max(most).default(fallback);
const optionsSchema = z.object({
  seconds: whole(60, 300),
  followers: whole(200, 1000),
  links: whole(50, 500),
  silent: whole(60, 500),
  names: whole(100, 500),
  rate: whole(380, 5000),
  reopenMs: whole(5000, 60_000),
});

/** k6 has nine series for each name of a request. */
const seriesOfName = 9;

/** Options: `--seconds N` of the run (60), `--followers N` (200), `--links N` (50), `--silent N` (60), `--names N` of requests (100), `--rate N` requests/s (380), `--reopenMs N` after which a reader of a link opens its page again (5000; 0: at once). */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: Object.fromEntries(
      Object.keys(optionsSchema.shape).map((name) => [name, { type: 'string' as const }]),
    ),
  });
  const options = optionsSchema.parse(values);
  const k6 = await findK6({ stateDir: stateDirectory() });
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-readers-'));
  const processes = new Processes();
  let target: Target | null = null;
  const readers = new Readers();
  try {
    target = await startTarget(folder);
    const { url, pid: dashboard, api } = await startBenchDashboard(processes, folder, k6.path);
    const { service } = await api('POST /api/services', {
      body: { name: 'bench', gatewayUrl: target.url, host: 'bench.default.example.com' },
    });
    const { run } = await api('POST /api/runs', {
      body: { serviceId: service.id, scriptName: 'many-series', scriptText: script(options) },
    });
    const { share } = await api('POST /api/shares', { body: { runs: [run.id] } });
    await untilState(
      async () => (await api('GET /api/runs/{id}', { params: { id: run.id } })).run.state,
      ['running', ...endedStates],
    );
    console.log(
      `k6 ${k6.version}, ${target.name}, ${availableParallelism()} cores; ${options.seconds} s of ${options.rate} requests/s with ${options.names * seriesOfName} series; ${options.followers} pages that follow it, ${options.links} readers of a link who open its page ${options.reopenMs === 0 ? 'again and again' : `every ${options.reopenMs / 1000} s`}, ${options.silent} connections that never read\n`,
    );
    const cpuBefore = cpuOfTree(dashboard).own;
    const memory = new Memory(dashboard);
    const beganMs = performance.now();
    readers.follow(`${url}/api/runs/${run.id}/events`, options.followers);
    readers.beSilent(`${url}/api/runs/${run.id}/events`, options.silent);
    readers.open(`${url}/share/${share.token}`, `${url}/api/share/${share.token}`, options);
    // The readers leave before the run ends: what they do to its end is not asked.
    await new Promise((resolve) => setTimeout(resolve, (options.seconds - 5) * 1000));
    const cpu = (cpuOfTree(dashboard).own - cpuBefore) / ((performance.now() - beganMs) / 1000);
    readers.leave();
    await untilState(
      async () => (await api('GET /api/runs/{id}', { params: { id: run.id } })).run.state,
      [...endedStates],
    );
    memory.stop();
    const { run: ended } = await api('GET /api/runs/{id}', { params: { id: run.id } });
    const { overview } = await api('GET /api/runs/{id}/overview', { params: { id: run.id } });
    const counted = ended.summary?.metrics.find(({ metric }) => metric === 'http_reqs')?.values.count ?? NaN;
    const recorded = overview.columns.reduce((sum, [, , , , ...cells]) => {
      const [ok, redirected, refused, failed, none] = cells;
      return sum + ok + redirected + refused + failed + none;
    }, 0);
    const gaps = overview.gaps.filter(({ what }) => what !== 'pods');
    const rows: [string, string][] = [
      ['state of the run', `${ended.state}${ended.stateReason === null ? '' : `: ${ended.stateReason}`}`],
      ['gaps', gaps.length === 0 ? '0' : `${gaps.length}: ${gaps.map(({ reason }) => reason).join('; ')}`],
      ['requests by k6’s summary', counted.toLocaleString('en')],
      ['of them not recorded', `${counted - recorded}`],
      [
        'longest second of the recording (ms)',
        `${Math.max(...overview.columns.slice(1).map((column) => column[2]))}`,
      ],
      ['page opened (times)', `${readers.pageMs.length}`],
      ['page, median (ms)', readers.pageMs.length === 0 ? '–' : median(readers.pageMs).toFixed(0)],
      ['page, p95 (ms)', atShare(readers.pageMs, 0.95)],
      ['its data, p95 (ms)', atShare(readers.dataMs, 0.95)],
      [
        'overviews a follower was told, least and most',
        `${Math.min(...readers.told)} and ${Math.max(...readers.told)}`,
      ],
      ['connections that never read, ended by the dashboard', `${readers.dropped} of ${options.silent}`],
      ['answers that were refused or failed', `${readers.failed}`],
      ['memory of the dashboard: before, after each fifth of the time, at most (MB)', memory.figures()],
      ['CPU of the dashboard (cores)', cpu.toFixed(2)],
    ];
    console.log(
      `| what | figure |\n| --- | ---: |\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`,
    );
  } finally {
    readers.leave();
    await processes.stopAll();
    target?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function script({ seconds, names, rate }: z.output<typeof optionsSchema>): string {
  return `import http from 'k6/http';
export const options = { discardResponseBodies: true, scenarios: { many: { executor: 'constant-arrival-rate', rate: ${rate}, duration: '${seconds}s', preAllocatedVUs: 20 } } };
let n = __VU;
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST }, tags: { name: 'page ' + (n++ % ${names}) } });`;
}

async function untilState(stateOf: () => Promise<string>, states: readonly string[]): Promise<void> {
  for (const endMs = performance.now() + 400_000; performance.now() < endMs;) {
    if (states.includes(await stateOf())) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`the run is never ${states.join(', ')}`);
}

/** All who read, each by connections of their own. */
class Readers {
  readonly pageMs: number[] = [];
  readonly dataMs: number[] = [];
  /** How many overviews each follower was told. */
  readonly told: number[] = [];
  dropped = 0;
  failed = 0;
  private readonly requests = new Set<ClientRequest>();
  private readonly timers: NodeJS.Timeout[] = [];
  private left = false;

  follow(url: string, count: number): void {
    for (let i = 0; i < count; i++) {
      this.told.push(0);
      this.ask(url, (response) => {
        response.on('data', (chunk: Buffer) => {
          if (chunk.includes('event: overview')) this.told[i]!++;
        });
      });
    }
  }

  beSilent(url: string, count: number): void {
    for (let i = 0; i < count; i++)
      this.ask(url, (response) => {
        response.pause();
        response.on('close', () => {
          if (!this.left) this.dropped++;
        });
      });
  }

  open(page: string, api: string, { links: count, reopenMs }: { links: number; reopenMs: number }): void {
    for (let i = 0; i < count; i++) {
      const once = async (): Promise<void> => {
        const beganMs = performance.now();
        await this.whole(page);
        const pageMs = performance.now();
        await this.whole(`${api}/overview`);
        if (this.left) return;
        this.pageMs.push(performance.now() - beganMs);
        this.dataMs.push(performance.now() - pageMs);
      };
      const again = (): void => {
        if (this.left) return;
        const beganMs = performance.now();
        void once()
          .catch(() => {
            if (!this.left) this.failed++;
          })
          .then(() => {
            const waitMs = Math.max(0, reopenMs - (performance.now() - beganMs));
            this.timers.push(setTimeout(again, waitMs));
          });
      };
      // Spread over the time, as readers come.
      this.timers.push(
        setTimeout(
          () => {
            again();
            this.ask(`${api}/events`, (response) => response.resume());
          },
          (i / count) * reopenMs,
        ),
      );
    }
  }

  leave(): void {
    this.left = true;
    this.timers.forEach((timer) => clearTimeout(timer));
    for (const request of this.requests) request.destroy();
  }

  private whole(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = this.ask(url, (response) => {
        response.resume();
        response.on('end', () => resolve());
        response.on('error', reject);
      });
      request.on('error', reject);
    });
  }

  private ask(url: string, take: (response: IncomingMessage) => void): ClientRequest {
    const request = get(
      url,
      { agent: new Agent({ keepAlive: false }), headers: { 'accept-encoding': 'gzip' } },
      (response) => {
        response.on('error', () => undefined);
        if (response.statusCode !== 200) this.failed++;
        take(response);
      },
    );
    request.on('error', () => undefined);
    request.on('close', () => this.requests.delete(request));
    this.requests.add(request);
    return request;
  }
}

function atShare(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(0);
}

/** A process's resident memory, looked at each second (Linux). */
class Memory {
  private readonly seen: number[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.look();
    this.timer = setInterval(() => this.look(), 1000);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  figures(): string {
    const fifths = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
      (share) => this.seen[Math.round(share * (this.seen.length - 1))]!,
    );
    return [...fifths, Math.max(...this.seen)].map((mb) => mb.toFixed(0)).join(', ');
  }

  private look(): void {
    const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    this.seen.push(Number(kb) / 1024);
  }
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { type ApiClient } from '@/lib/api/client';
import { environmentWith } from '@/lib/environment/environment';
import { projectRoot } from '@/lib/environment/paths';
import { apiOf } from '@/scripts/api';
import { hasEnded } from '@/lib/model/life';
import { type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { freePort } from '@/scripts/bench/free-port';
import { descendantsOf, isK6Of, listProcesses, type Listed } from '@/scripts/process-table';
import { PushKeeper } from './pushes';

const parts = ['lab', 'dashboard'] as const;
export type Part = (typeof parts)[number];

/** What may be killed: a launcher stands for that of the lab or of the dashboard. */
export const targets = ['dashboard', 'k6', 'lab', 'guard', 'launcher', 'pod', 'starting dashboard'] as const;
export type Target = (typeof targets)[number];

const endMs = 10_000;
const startMs = 60_000;

const steadyLoad = `
import http from 'k6/http';
export const options = { scenarios: { steady: { executor: 'constant-arrival-rate', rate: 40, duration: __ENV.LENGTH, preAllocatedVUs: 20 } } };
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST }, timeout: '2s' });
`;

/** A lab and a dashboard in folders of their own, each under a launcher of its own, and who stands before the ingest. */
export class Site {
  readonly url: string;
  readonly api: ApiClient;
  readonly pushes: PushKeeper;
  /** The dashboard's state folder. */
  readonly state: string;
  /** A command that the dashboard is started by, such as one that mounts something for it alone. */
  dashboardBy: readonly string[] = [];
  private readonly launchers = new Map<Part, ChildProcess>();
  /** What this process itself runs on: a compiler's service. */
  private readonly own = new Set(descendantsOf(process.pid).map(({ pid }) => pid));
  private readonly lab: string;
  /** Where k6's pushes go, and what the dashboard takes for its address. */
  pushesTo = '';
  private serviceId = '';
  private printed = '';

  private constructor(
    folder: string,
    private readonly ports: { dashboard: number; gateway: number; api: number; metrics: number },
  ) {
    this.url = `http://127.0.0.1:${ports.dashboard}`;
    this.api = apiOf(this.url);
    this.pushes = new PushKeeper(this.url);
    [this.state, this.lab] = [join(folder, 'state'), join(folder, 'lab')];
    for (const one of [this.state, this.lab]) mkdirSync(one, { mode: 0o700 });
  }

  /** All up, with the tutorial's service in the lab. */
  static async open(
    folder: string,
    dashboardBy: (site: Site) => readonly string[] = () => [],
  ): Promise<Site> {
    adoptOrphans();
    const ports = {
      dashboard: await freePort(),
      gateway: await freePort(),
      api: await freePort(),
      metrics: await freePort(),
    };
    const site = new Site(folder, ports);
    site.dashboardBy = dashboardBy(site);
    site.pushesTo = await site.pushes.listen();
    await site.start();
    const yaml = readFileSync(join(projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8');
    site.serviceId = (await site.api('POST /api/services/apply', { body: { yaml } })).service.id;
    return site;
  }

  /** Asks for a run of 40 requests/s. */
  async startRun(seconds: number): Promise<string> {
    const ask = async (): Promise<string> => {
      const { run } = await this.api('POST /api/runs', {
        body: {
          serviceId: this.serviceId,
          scriptName: 'steady',
          scriptText: steadyLoad,
          env: { LENGTH: `${seconds}s` },
          tags: [],
        },
      });
      return run.id;
    };
    // A kept connection may be closed by the server just then: whether the run was begun is looked up.
    return ask().catch(async () => {
      const { runs } = await this.api('GET /api/runs');
      return runs.find(({ state }) => !hasEnded(state))?.id ?? ask();
    });
  }

  /** A run once it has ended. */
  async ended(id: string, withinMs: number): Promise<Run> {
    return until(`the end of run ${id}`, withinMs, async () => {
      const { run } = await this.api('GET /api/runs/{id}', { params: { id } });
      return hasEnded(run.state) && run;
    });
  }

  /** Everything that a run has recorded. */
  async recordingOf(id: string): Promise<Recording> {
    const query = { detail: '1' } as const;
    return (await this.api('GET /api/runs/{id}/recording', { params: { id }, query })).recording;
  }

  /** A file of the dashboard's state folder, as the dashboard itself sees it, whatever is mounted for it alone. */
  file(name: string): string {
    const pid = this.dashboardBy.length > 0 ? this.launchers.get('dashboard')?.pid : undefined;
    const path = join(this.state, name);
    return pid === undefined ? path : `/proc/${pid}/root${path}`;
  }

  /** Starts what is not there. */
  async start(): Promise<void> {
    for (const part of parts) if (!this.launchers.has(part)) await this.ready(this.launch(part), part);
    // One whose launcher was started without waiting for it may not answer yet.
    await until('the dashboard to answer', startMs, () =>
      this.api('GET /api/status').then(
        () => true,
        () => false,
      ),
    );
  }

  /** Ends a part gently. */
  async stop(part: Part): Promise<void> {
    this.launchers.get(part)?.kill('SIGTERM');
    await until(`the ${part} to end`, endMs, () => !this.launchers.has(part));
  }

  /** Starts a part's launcher and does not wait for it. */
  launch(part: Part): ChildProcess {
    const [program = '', ...args] = [
      ...(part === 'dashboard' ? this.dashboardBy : []),
      process.execPath,
      '--import',
      'tsx',
      'scripts/chaos/launcher.ts',
      part,
      this.pushesTo,
    ];
    const child = spawn(program, args, {
      cwd: projectRoot(),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.environment(part),
    });
    const keep = (chunk: Buffer): void => {
      this.printed = (this.printed + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.launchers.set(part, child);
    child.once('exit', () => {
      if (this.launchers.get(part) === child) this.launchers.delete(part);
    });
    return child;
  }

  /** What a part is started with. */
  environment(part: Part): NodeJS.ProcessEnv {
    return environmentWith({
      SCALETRACE_DIR: part === 'lab' ? this.lab : this.state,
      SCALETRACE_PORT: `${this.ports.dashboard}`,
      SCALETRACE_GATEWAY_PORT: `${this.ports.gateway}`,
      SCALETRACE_API_PORT: `${this.ports.api}`,
      SCALETRACE_METRICS_PORT: `${this.ports.metrics}`,
      KUBECONFIG: join(this.lab, 'kubeconfig'),
      // What is killed here has a history of its own, in SQLite: never that of who runs it.
      DATABASE_URL: '',
      NODE_ENV: 'production',
    });
  }

  isLaunched(part: Part): boolean {
    return this.launchers.has(part);
  }

  isLauncher(pid: number): boolean {
    return [...this.launchers.values()].some((child) => child.pid === pid);
  }

  private async ready(child: ChildProcess, part: Part): Promise<void> {
    let isReady = false;
    child.stdout?.on('data', (chunk: Buffer) => (isReady ||= /^ready$/m.test(chunk.toString())));
    await until(`the ${part} to start: ${this.printed}`, startMs, () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the ${part} ended at its start:\n${this.printed}`);
      return isReady;
    });
  }

  /** The process that a target is at this moment; null: there is none. */
  processOf(target: Target, run: string | null, random: () => number): Listed | null {
    const all = listProcesses();
    const of = (part: Part): Listed[] => this.programsOf(part, all);
    const inTree = (words: RegExp): Listed[] =>
      descendantsOf(process.pid, all).filter((one) => words.test(one.words));
    const found = {
      dashboard: () => of('dashboard'),
      'starting dashboard': () => of('dashboard'),
      lab: () => of('lab'),
      launcher: () =>
        all.filter(({ pid }) => [...this.launchers.values()].some((child) => child.pid === pid)),
      pod: () => inTree(/lab\/pod\.mjs/),
      guard: () => inTree(/loadgen\/guard\.mjs/),
      k6: () => inTree(/\bk6 run\b/).filter((one) => run === null || isK6Of(run, one)),
    }[target]();
    return found[Math.floor(random() * found.length)] ?? null;
  }

  /** What a part's launcher has started: its one program, beside what Node itself runs on. */
  private programsOf(part: Part, all: readonly Listed[]): Listed[] {
    const pid = this.launchers.get(part)?.pid;
    const words = { lab: /scripts\/lab\.ts/, dashboard: /\bnext\b/ }[part];
    return pid === undefined ? [] : all.filter((one) => one.parent === pid && words.test(one.words));
  }

  /** Resolves when launchers that ended, or whose program did, are gone with all that was theirs. Throws where they stay. */
  async settled(): Promise<void> {
    await until('what was killed to be gone', endMs, () => {
      const orphans = this.orphans();
      if (orphans.length > 0) return false;
      // A launcher ends when its program has.
      return [...this.launchers.keys()].every((part) => this.programsOf(part, listProcesses()).length > 0);
    }).catch((error: unknown) => {
      const orphans = this.orphans();
      throw orphans.length > 0
        ? new Error(`orphans: ${orphans.map(({ pid, words }) => `${pid} ${words}`).join('; ')}`)
        : error;
    });
  }

  /** What was ours and has lost its launcher: this process is its parent now. */
  orphans(): Listed[] {
    const known = new Set([...this.own, ...[...this.launchers.values()].map(({ pid }) => pid)]);
    return listProcesses().filter(
      ({ parent, pid, words }) => parent === process.pid && !known.has(pid) && !/^ps -eo/.test(words),
    );
  }

  /** k6 and guards that are alive. */
  loads(): Listed[] {
    return descendantsOf(process.pid).filter(({ words }) =>
      /loadgen\/guard\.mjs|\bk6 (run|inspect)\b/.test(words),
    );
  }

  /** What SQLite says of the database: `ok`. */
  integrity(): string {
    return this.ask('PRAGMA integrity_check');
  }

  /** The first value that SQL gives, asked by a program where the dashboard's files are: SQLite follows no `/proc/PID/root`. */
  ask(sql: string): string {
    const program = `const Database = require(process.argv[3]);
      const database = new Database(process.argv[1]);
      console.log(Object.values(database.prepare(process.argv[2]).get())[0]);`;
    const pid = this.dashboardBy.length > 0 ? this.launchers.get('dashboard')?.pid : undefined;
    const inside = pid === undefined ? [] : ['nsenter', '-t', `${pid}`, '-U', '-m', '--preserve-credentials'];
    const [command = '', ...args] = [
      ...inside,
      process.execPath,
      '-e',
      program,
      join(this.state, 'scaletrace.db'),
      sql,
      join(projectRoot(), 'node_modules/libsql'),
    ];
    const { stdout, stderr, status } = spawnSync(command, args, { cwd: projectRoot(), encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  }

  /** Ends all that is left, by its id. */
  async close(): Promise<void> {
    this.pushes.close();
    for (const child of this.launchers.values()) child.kill('SIGTERM');
    await until('all to end', endMs, () => this.launchers.size === 0).catch(() => undefined);
    for (const { pid } of descendantsOf(process.pid).filter(({ words }) => !/^ps -eo/.test(words))) kill(pid);
  }
}

/** Kills a process that may have ended by itself. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

/** Asks until something holds. Throws where it does not in time. */
export async function until<T>(
  what: string,
  ms: number,
  ask: () => Promise<T | null | false> | T | null | false,
): Promise<T> {
  for (const lastMs = Date.now() + ms; ;) {
    const found = await ask();
    if (found !== null && found !== false) return found;
    if (Date.now() > lastMs) throw new Error(`waited ${ms / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Linux gives a process whose parent has ended to the nearest ancestor that asked for it (PR_SET_CHILD_SUBREAPER, prctl(2)). */
function adoptOrphans(): void {
  const setChildSubreaper = 36;
  const prctl = koffi.load(null).func('int prctl(int option, ...)') as (...values: unknown[]) => number;
  if (prctl(setChildSubreaper, 'unsigned long', 1) !== 0)
    throw new Error('orphans cannot be told from others here');
}

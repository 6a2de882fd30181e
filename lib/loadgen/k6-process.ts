import { type ChildProcess } from 'node:child_process';
import { getServers } from 'node:dns';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Readable } from 'node:stream';
import { z } from 'zod';
import { requireCage } from './cage/find-cage';
import { type Beat } from './cage/shape';
import { folderSeen, guardStart, peersOf, relayAddresses } from './cage/plan';
import { guardMessageSchema, spawnGuard } from './cage/run-guarded';
import { type FoundCage } from './cage/shape';
import { addressesOf, rangesExcept } from './allowed-addresses';
import { collectArtefacts, type MadeFile } from './artefacts';
import { type LoadEnd, type LoadLogLine } from './engine';
import { describeExit, type K6Outcome } from './exit-codes';
import { configFileName, metricsOutput } from './k6-environment';
import { parseLogLine } from './k6-log';
import { keyHider } from './hide-key';
import { K6Output } from './k6-output';
import { type MetricUnit } from './metric-names';
import { saidAt } from './script-error';
import { writeScript, type ScriptSource } from './script-folder';
import { readSummary, summaryTrendStats, withIterations } from './summary';
import { variable } from '@/lib/environment/environment';
import { limits } from '@/lib/model/limits';
import { type ClientCertificate } from '@/lib/model/client-certificate';
import { isTls, type Target, targetUrlOf } from '@/lib/model/target';
import { message, messageOfError, type Message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';

export interface K6Exit extends LoadEnd {
  outcome: K6Outcome;
  code: number | null;
  signal: string | null;
}

export interface K6Process {
  /** k6's own, not its guard's. */
  pid: number;
  /** Ends the load at once and gracefully: running iterations are interrupted, the teardown runs, metrics are pushed. */
  stop(): void;
  kill(): void;
  /** Resolves when k6 is gone and its log has been read; never rejects. */
  exited: Promise<K6Exit>;
}

export interface K6Start extends ScriptSource {
  k6Path: string;
  scriptName: string;
  /** No other address can be loaded. */
  target: Target;
  /** What the gateway is shown (mTLS). */
  clientCertificate?: ClientCertificate | null;
  /** The script's variables, `TARGET_URL` among them. */
  env: Record<string, string>;
  /** Whether it may run where k6 cannot be confined. */
  uncagedAllowed: boolean;
  /** The script's options as `inspectScript` gave them; of them, further summary statistics are kept. */
  options?: Record<string, unknown>;
  ingestUrl: string;
  ingestSecret: string;
  /** A folder of this run's own. k6 sees no other; what the script's `handleSummary` writes is in `files`. */
  workDir: string;
  /** One of several that share the load, with where its API listens (`LocalRunners` asks it); none: it makes all of it. */
  runner?: { number: number; of: number; apiAddress: string };
  /** What values a metric has, by what was ingested. */
  unitOf?: (metric: string) => MetricUnit | null;
  onLog: (line: LoadLogLine) => void;
}

/** As long as a database may be away until a load of which nothing is stored is ended. */
const beat: Beat = { everyMs: 5000, mostMissed: 12 };

/**
 * Starts `k6 run` in its cage and under its guard: it cannot outlive this process. Its metrics go to `ingestUrl` every
 * second, through the guard, which holds the secret. Rejects when the program, its cage or its guard cannot be started,
 * or a variable's name is reserved.
 */
export async function startK6(start: K6Start): Promise<K6Process> {
  const { target, clientCertificate } = start;
  const hide = clientCertificate ? keyHider(clientCertificate) : (text: string): string => text;
  const addresses = await addressesOf(target.gatewayUrl);
  const place = (name: string): string => join(/* turbopackIgnore: true */ start.workDir, name);
  // What the script's handleSummary writes is apart from what k6 itself does.
  const [files, results] = [place('files'), place('results')];
  for (const folder of [start.workDir, files, results]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const script = await writeScript(start.workDir, start);
  const summaryName = 'k6-summary.json';
  const cage = await requireCage(start.k6Path, start.uncagedAllowed);
  const seen = (...names: string[]): string => join(folderSeen(cage, start.workDir), ...names);
  const told = await guardStart({
    cage,
    k6Path: start.k6Path,
    args: [
      'run',
      '--no-color',
      '--no-usage-report',
      ...(start.runner ? partArguments(start.runner) : ['--address=']),
      '--log-format=json',
      `--config=${seen(configFileName)}`,
      `--out=${metricsOutput.output}`,
      `--summary-export=${seen('results', summaryName)}`,
      `--summary-trend-stats=${trendStatsOf(start.options)}`,
      `--blacklist-ip=${rangesExcept(addresses).join(',')}`,
      seen(relative(start.workDir, script)),
    ],
    folder: start.workDir,
    writable: [files, results],
    env: start.env,
    peers: peersOf(target.gatewayUrl, addresses, getServers()),
    listens: start.runner !== undefined,
    config: configFor(target, addresses, clientCertificate),
    ownEnv: await trust(target, cage, place, seen),
    beat,
    relay: {
      addresses: relayAddresses(addresses),
      url: start.ingestUrl,
      secret: start.ingestSecret,
      ...metricsOutput,
    },
  });
  const log = new Log(start.onLog, hide);
  const output = new K6Output();
  const k6 = await watch(spawnGuard(files), log, output, told);
  const exited = k6.ended.then(async (end): Promise<K6Exit> => {
    const summaryPath = join(/* turbopackIgnore: true */ results, summaryName);
    const read = await readSummary(summaryPath, start.unitOf).catch((error: unknown) => {
      log.take('error', message('reasons.summary-unreadable', { cause: messageOfError(error) }));
      return null;
    });
    const summary = read && withIterations(read, output.iterations);
    await rm(/* turbopackIgnore: true */ place(configFileName), { force: true });
    const artefacts = await collectArtefacts(files).catch((error: unknown) => {
      log.take('error', message('reasons.files-unreadable', { cause: messageOfError(error) }));
      return [];
    });
    return {
      ...verdictOf(end, log.lastError, start),
      summary,
      artefacts: artefacts.map((made) => hidden(made, hide)),
    };
  });
  return { pid: k6.pid, stop: () => k6.send('stop'), kill: () => k6.send('kill'), exited };
}

/**
 * A runner has its own part of each scenario (https://grafana.com/docs/k6/latest/using-k6/k6-options/reference/#execution-segment).
 * It waits to be told to begin, and after its end until all others have: setup and teardown are done once, and thresholds
 * are judged on what all did.
 */
function partArguments({ number, of, apiAddress }: NonNullable<K6Start['runner']>): string[] {
  const edge = (i: number): string => (i === 0 ? '0' : i === of ? '1' : `${i}/${of}`);
  const edges = Array.from({ length: of + 1 }, (_, i) => edge(i));
  return [
    `--address=${apiAddress}`,
    `--execution-segment=${edge(number - 1)}:${edge(number)}`,
    `--execution-segment-sequence=${edges.join(',')}`,
    '--paused',
    '--linger',
    '--no-setup',
    '--no-teardown',
    '--no-thresholds',
  ];
}

/** What k6 is told of a gateway over TLS: at which address its host is, whether its certificate is looked at, and what it is shown. */
export function configFor(
  target: Target,
  addresses: readonly string[],
  clientCertificate: ClientCertificate | null | undefined,
): Record<string, unknown> {
  const { hostname } = new URL(targetUrlOf(target));
  return {
    ...(hostname === new URL(target.gatewayUrl).hostname ? {} : { hosts: { [hostname]: addresses[0] } }),
    ...(target.gatewayUnverified ? { insecureSkipTLSVerify: true } : {}),
    ...(clientCertificate && isTls(target.gatewayUrl) ? { tlsAuth: [clientCertificate] } : {}),
  };
}

/** A file that a script made, without the client's key where that is in it. */
function hidden(made: MadeFile, hide: (text: string) => string): MadeFile {
  if (made.content === null) return made;
  const text = made.content.toString('latin1');
  const told = hide(text);
  return told === text ? made : { ...made, content: Buffer.from(told, 'latin1') };
}

/**
 * Lets k6 trust the service's own authority: Go reads this file, and the system's folders beside it (crypto/x509,
 * root_unix.go). Another user gets a copy of a file of the system's that it might not reach.
 */
async function trust(
  { gatewayCa }: Target,
  { kind }: FoundCage,
  place: (name: string) => string,
  seen: (name: string) => string,
): Promise<Record<string, string>> {
  const system = variable('SSL_CERT_FILE');
  const isCopied =
    system !== undefined && kind === 'landlock-other-user' && existsSync(/* turbopackIgnore: true */ system);
  if (!gatewayCa && !isCopied) return {};
  const usual = system === undefined ? '' : `${await readFile(/* turbopackIgnore: true */ system, 'utf8')}\n`;
  await writeFile(place(authoritiesName), `${usual}${gatewayCa ?? ''}\n`, { mode: 0o600 });
  return { SSL_CERT_FILE: seen(authoritiesName) };
}

const authoritiesName = 'ca.pem';

interface GuardedEnd {
  code: number | null;
  signal: string | null;
  /** Why its guard has ended it; null: it has not. */
  endedBy: Message | null;
}

interface Watched {
  pid: number;
  send(message: string): void;
  ended: Promise<GuardedEnd>;
}

function watch(guard: ChildProcess, log: Log, output: K6Output, start: object): Promise<Watched> {
  if (guard.stderr) log.read(guard.stderr, parseLogLine);
  if (guard.stdout)
    log.read(guard.stdout, (line) => {
      const text = output.take(line);
      return text === null ? null : { level: 'summary', text };
    });
  const send = (message: string | object): void => {
    if (guard.connected) guard.send(message, () => {});
  };
  return new Promise((resolve, reject) => {
    let end: Omit<GuardedEnd, 'endedBy'> | null = null;
    let endedBy: Message | null = null;
    let pid: number | null = null;
    let settle: (end: GuardedEnd) => void = () => {};
    const ended = new Promise<GuardedEnd>((done) => (settle = done));
    const beating = setInterval(() => send('beat'), beat.everyMs);
    beating.unref();
    guard.on('error', reject);
    guard.on('message', (raw) => {
      const told = guardMessageSchema.parse(raw);
      if ('pid' in told) {
        pid = told.pid;
        resolve({ pid, send, ended });
      } else if ('error' in told) reject(new Problem('problems.k6-not-started', { cause: told.error }));
      else if ('refused' in told)
        log.take('warning', message('reasons.script-refused', { address: told.refused }));
      else if ('unheardS' in told) {
        endedBy = message('reasons.dashboard-stood-still', { seconds: told.unheardS });
        log.take('error', endedBy);
      } else end = told;
    });
    guard.on('exit', () => {
      clearInterval(beating);
      // The guard was killed before k6 was: nobody would stop k6 any more.
      if (end === null && pid !== null) killQuietly(pid);
    });
    // `close`, not `exit`: by then all of the log has been read.
    guard.on('close', () => {
      reject(new Problem('problems.k6-guard-ended', {}));
      settle({ ...(end ?? { code: null, signal: 'SIGKILL' }), endedBy });
    });
    send(start);
  });
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function verdictOf(
  { code, signal, endedBy }: GuardedEnd,
  lastError: string | Message | null,
  script: Parameters<typeof saidAt>[1],
): Omit<K6Exit, 'summary' | 'artefacts'> {
  const { outcome, reason } = describeExit(code, signal);
  const ended = { outcome, code, signal };
  if (endedBy) return { ...ended, state: 'failed', reason: endedBy };
  if (outcome === 'finished' || outcome === 'thresholds-failed')
    return { ...ended, state: 'finished', reason };
  if (lastError === null || outcome !== 'failed' || reason === null)
    return { ...ended, state: 'failed', reason };
  const placed = typeof lastError === 'string' ? saidAt(lastError, script) : null;
  return {
    ...ended,
    state: 'failed',
    reason: placed
      ? message('reasons.with-cause-at', { reason, ...placed })
      : message('reasons.with-cause', { reason, cause: lastError }),
  };
}

const statsSchema = z.object({ summaryTrendStats: z.array(z.string()) });

/** The statistics of trends that a run's summary has: ours, and what its script asks for. */
export function trendStatsOf(options: Record<string, unknown> | undefined): string {
  const asked = statsSchema.safeParse(options);
  return [...new Set([...summaryTrendStats, ...(asked.success ? asked.data.summaryTrendStats : [])])].join(
    ',',
  );
}

/** k6's log, line by line. A script that logs each iteration must not fill the database: beyond a limit lines are counted only. */
export class Log {
  lastError: string | Message | null = null;
  private lines = 0;

  constructor(
    private readonly onLog: (line: LoadLogLine) => void,
    private readonly hide: (text: string) => string,
  ) {}

  /** `parse`: what a line says; null: nothing that is kept. */
  read(stream: Readable, parse: (line: string) => { level: string; text: string } | null): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, limits.log.lineCharacters);
      for (const line of lines) this.takeLine(line, parse);
    });
    stream.on('end', () => this.takeLine(rest, parse));
  }

  take(level: string, text: string | Message): void {
    // What k6 says of a push that we could not store is no reason for its own end.
    const ofPush = typeof text === 'string' && text.startsWith('Failed to send the time series data');
    if (level === 'error' && !ofPush) this.lastError = text;
    this.lines++;
    if (this.lines > limits.log.lines + 1) return;
    const line =
      this.lines > limits.log.lines
        ? { level: 'warning', text: message('reasons.more-lines', { most: limits.log.lines }) }
        : { level, text: typeof text === 'string' ? text.slice(0, limits.log.shownCharacters) : text };
    this.onLog({ atUnixMs: Date.now(), ...line });
  }

  private takeLine(line: string, parse: (line: string) => { level: string; text: string } | null): void {
    if (line.trim() === '') return;
    const said = parse(line);
    if (said) this.take(said.level, this.hide(said.text));
  }
}

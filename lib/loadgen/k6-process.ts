import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type RunSummary } from '@/lib/timeline/run';
import { bareEnvironment, environmentArguments, scriptFileName } from './inspect';
import { parseSummary } from './summary';

export interface K6LogLine {
  atUnixMs: number;
  level: string;
  text: string;
}

export interface K6Exit {
  /** `finished` also where thresholds failed: the load itself ran to its end. */
  state: 'finished' | 'failed';
  /** Why, in words; null for a clean end. */
  reason: string | null;
  summary: RunSummary | null;
}

export interface K6Process {
  pid: number;
  /** Ends the load gracefully: running iterations and the teardown are finished. */
  stop(): void;
  kill(): void;
  exited: Promise<K6Exit>;
}

export interface K6Start {
  k6Path: string;
  scriptName: string;
  scriptText: string;
  env: Record<string, string>;
  ingestUrl: string;
  ingestSecret: string;
  /** A folder of this run's own. */
  workDir: string;
  onLog: (line: K6LogLine) => void;
}

/** The tags that a page shows; a tag more is a series more in each second. */
const systemTags = 'status,scenario,method,name,group,check,expected_response,error_code';
const trendStats = 'avg,min,med,max,p(50),p(90),p(95),p(99)';

/** k6's exit codes that have a meaning of their own (k6 errext/exitcodes). */
const exitWords: Record<number, string> = {
  97: 'k6 could not run: the cloud test failed', 99: 'thresholds were crossed', 100: 'the setup timed out', 101: 'the teardown timed out', 102: 'k6 gave up after a time-out',
  103: 'k6 could not abort the test', 104: 'the script or its options are not valid', 105: 'k6 was stopped from outside', 106: 'k6 could not open its API address',
  107: 'the script threw an exception', 108: 'the script aborted the test', 109: 'k6 itself crashed', 110: 'marked as failed by the script',
};

const guardMessageSchema = z.union([
  z.object({ pid: z.number() }), z.object({ error: z.string() }), z.object({ code: z.number().nullable(), signal: z.string().nullable() }),
]);

/** Starts `k6 run` under its guard; metrics go to `ingestUrl` each second. Rejects when the program cannot be started. */
export async function startK6(start: K6Start): Promise<K6Process> {
  const file = join(start.workDir, scriptFileName(start.scriptText));
  const summaryFile = join(start.workDir, 'summary.json');
  await writeFile(file, start.scriptText, { mode: 0o600 });
  const startedAtMs = Date.now();
  const root = process.env.SCALETRACE_ROOT ?? process.cwd();
  const args = [
    'run', '--quiet', '--no-color', '--no-usage-report', '--log-format', 'json', '--address', '', '--summary-export', summaryFile, '--summary-trend-stats', trendStats,
    '--system-tags', systemTags, '--out', 'experimental-prometheus-rw', ...environmentArguments(start.env), file,
  ];
  const guard = spawn(process.execPath, [join(/* turbopackIgnore: true */ root, 'lib/loadgen/guard.mjs'), start.k6Path, ...args], {
    cwd: start.workDir,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...bareEnvironment(),
      K6_PROMETHEUS_RW_SERVER_URL: start.ingestUrl,
      K6_PROMETHEUS_RW_BEARER_TOKEN: start.ingestSecret,
      K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true',
      K6_PROMETHEUS_RW_PUSH_INTERVAL: '1s',
    } as NodeJS.ProcessEnv,
  });
  let lastError: string | null = null;
  createInterface({ input: guard.stderr! }).on('line', (line) => {
    const entry = parseLogLine(line);
    if (entry.level === 'error') lastError = entry.text;
    start.onLog(entry);
  });
  createInterface({ input: guard.stdout! }).on('line', (text) => {
    if (text.trim() !== '') start.onLog({ atUnixMs: Date.now(), level: 'summary', text });
  });

  return new Promise((resolve, reject) => {
    let outcome: { code: number | null; signal: string | null } | null = null;
    let settle: (exit: K6Exit) => void = () => {};
    const exited = new Promise<K6Exit>((done) => (settle = done));
    const send = (message: string): void => {
      if (guard.connected) guard.send(message);
    };
    guard.on('message', (raw) => {
      const message = guardMessageSchema.parse(raw);
      if ('pid' in message) resolve({ pid: message.pid, stop: () => send('stop'), kill: () => send('kill'), exited });
      else if ('error' in message) reject(new Error(`k6 could not be started: ${message.error}`));
      else outcome = message;
    });
    guard.on('error', reject);
    // `close`, not `exit`: by then all of the log has been read.
    guard.on('close', () => {
      reject(new Error('k6 ended before it started.'));
      void readSummary(summaryFile, Date.now() - startedAtMs).then((summary) => settle({ ...verdictOf(outcome, lastError), summary }));
    });
  });
}

function verdictOf(outcome: { code: number | null; signal: string | null } | null, lastError: string | null): Pick<K6Exit, 'state' | 'reason'> {
  if (!outcome) return { state: 'failed', reason: 'the process that watches over k6 was killed' };
  if (outcome.signal) return { state: 'failed', reason: `k6 was killed (${outcome.signal})` };
  if (outcome.code === 0) return { state: 'finished', reason: null };
  const words = exitWords[outcome.code ?? -1] ?? `k6 ended with code ${outcome.code}`;
  return { state: outcome.code === 99 ? 'finished' : 'failed', reason: lastError && outcome.code !== 99 ? `${words}: ${lastError}` : words };
}

async function readSummary(file: string, durationMs: number): Promise<RunSummary | null> {
  try {
    return parseSummary(await readFile(file, 'utf8'), durationMs);
  } catch {
    return null;
  }
}

function parseLogLine(line: string): K6LogLine {
  try {
    const { level, msg, time, ...rest } = z.looseObject({ level: z.string(), msg: z.string(), time: z.string() }).parse(JSON.parse(line));
    const extra = Object.entries(rest).filter(([key]) => key !== 'source').map(([key, value]) => ` ${key}=${String(value)}`).join('');
    return { atUnixMs: Date.parse(time) || Date.now(), level, text: msg + extra };
  } catch {
    return { atUnixMs: Date.now(), level: 'info', text: line };
  }
}

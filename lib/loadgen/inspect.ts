import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** A script that k6 refuses, with the place in it where k6 names one. */
export class ScriptError extends Error {
  constructor(
    message: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message);
  }
}

const optionsSchema = z.record(z.string(), z.unknown());
const timeoutMs = 20_000;

/** The name that a script's file gets: k6 takes `.ts` for TypeScript. */
export function scriptFileName(scriptText: string): string {
  return /^\s*(import\s+type\b|interface\s|type\s+\w+\s*=)|:\s*(Options|string|number|void)\b/m.test(scriptText) ? 'script.ts' : 'script.js';
}

/** The environment of every k6: nothing of ours but where to find programs and a home. */
export function bareEnvironment(): Record<string, string> {
  return Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'SSL_CERT_FILE'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** `-e` arguments for a script's environment. */
export function environmentArguments(env: Record<string, string>): string[] {
  return Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}

/**
 * The script's options, consolidated by `k6 inspect`. Throws ScriptError with k6's own words, line and column when k6
 * refuses it.
 */
export async function inspectScript(input: { k6Path: string; scriptName: string; scriptText: string; env: Record<string, string> }): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'scaletrace-inspect-'));
  const file = scriptFileName(input.scriptText);
  try {
    await writeFile(join(folder, file), input.scriptText);
    const args = ['inspect', '--execution-requirements', '--log-format', 'json', '--address', '', ...environmentArguments(input.env), file];
    const { code, stdout, stderr } = await run(input.k6Path, args, folder);
    if (code !== 0) throw scriptErrorOf(stderr);
    return optionsSchema.parse(JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(path: string, args: string[], cwd: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(path, args, { cwd, env: bareEnvironment() as NodeJS.ProcessEnv, timeout: timeoutMs, maxBuffer: 16_000_000 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error.killed ? new ScriptError(`k6 did not finish reading the script within ${timeoutMs / 1000} s.`) : error);
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

function scriptErrorOf(stderr: string): ScriptError {
  const messages = stderr.split('\n').flatMap((line) => {
    try {
      const entry = z.object({ level: z.string(), msg: z.string() }).parse(JSON.parse(line));
      return entry.level === 'error' ? [entry.msg] : [];
    } catch {
      return [];
    }
  });
  const raw = messages.join('\n') || stderr.trim() || 'k6 refused the script without saying why.';
  const place = /Line (\d+):(\d+)/.exec(raw) ?? /script\.[jt]s:(\d+):(\d+)/.exec(raw);
  const message = raw.replace(/^could not initialize '[^']*': could not load JS test '[^']*': /, '').replace(/file:\/\/\S*script\.[jt]s:\s*/g, '').replace(/\s+at .*$/s, '').trim();
  return place ? new ScriptError(message, Number(place[1]), Number(place[2])) : new ScriptError(message);
}

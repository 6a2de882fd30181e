import { spawn, type ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { k6Environment, projectFile } from '@/lib/loadgen/k6-environment';
import { type GuardStart } from './shape';
import { Problem } from '@/lib/model/problem';

/** What a guard says over its channel. */
export const guardMessageSchema = z.union([
  z.object({ pid: z.number() }),
  z.object({ error: z.string() }),
  /** A peer that the cage kept k6 from. */
  z.object({ refused: z.string() }),
  /** For so long (s) nothing was heard of the dashboard: k6 is ended. */
  z.object({ unheardS: z.number() }),
  z.object({ code: z.number().nullable(), signal: z.string().nullable() }),
]);

/** A guard that waits for its start. Detached: a Ctrl-C in the dashboard's terminal is for the dashboard to handle. */
export function spawnGuard(cwd: string): ChildProcess {
  return spawn(process.execPath, [projectFile('lib/loadgen/guard.mjs')], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    env: k6Environment({}) as NodeJS.ProcessEnv,
  });
}

export interface GuardedResult {
  /** Null where k6 was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** It had not ended in time, or wrote too much, and was killed. */
  cut: 'time' | 'bytes' | null;
}

/** Runs k6 under its guard to its end. Rejects when the program, its guard or its cage cannot be started. */
export function runGuarded(
  start: GuardStart,
  limits: { timeoutMs: number; maxBytes: number },
): Promise<GuardedResult> {
  const guard = spawnGuard(start.cwd);
  return new Promise((resolve, reject) => {
    const texts = { stdout: '', stderr: '' };
    let bytes = 0;
    let cut: GuardedResult['cut'] = null;
    let code: number | null = null;
    const kill = (why: 'time' | 'bytes'): void => {
      cut ??= why;
      if (guard.connected) guard.send('kill', () => {});
    };
    const timer = setTimeout(() => kill('time'), limits.timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      guard[name]?.setEncoding('utf8').on('data', (chunk: string) => {
        bytes += chunk.length;
        if (bytes > limits.maxBytes) kill('bytes');
        else texts[name] += chunk;
      });
    }
    guard.on('error', reject);
    guard.on('message', (raw) => {
      const message = guardMessageSchema.parse(raw);
      if ('error' in message) reject(new Problem('problems.k6-not-started', { cause: message.error }));
      else if ('code' in message) code = message.code;
    });
    guard.on('close', () => {
      clearTimeout(timer);
      resolve({ code, ...texts, cut });
    });
    guard.send(start, () => {});
  });
}

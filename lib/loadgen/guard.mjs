// Stands between the dashboard and one k6, so that no load runs unseen: when the dashboard is gone, even by SIGKILL, the
// channel to it closes, and k6 is ended: asked first, so that a teardown can begin, and killed soon after.
import { spawn } from 'node:child_process';

const graceMs = 3000;

/** @type {import('node:child_process').ChildProcess | null} */
let k6 = null;

/** @param {{ program: string; args: string[]; cwd: string; env: Record<string, string> }} start */
function run({ program, args, cwd, env }) {
  const child = spawn(program, args, {
    cwd,
    env: /** @type {NodeJS.ProcessEnv} */ (env),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  k6 = child;
  child.on('spawn', () => process.send?.({ pid: child.pid }));
  child.on('error', (error) => end({ error: error.message }));
  child.on('exit', (code, signal) => end({ code, signal }));
}

/** @param {object} outcome */
function end(outcome) {
  if (!process.connected) process.exit();
  process.send?.(outcome, () => process.exit());
}

function endUnwatched() {
  if (!k6) process.exit();
  k6.kill('SIGTERM');
  setTimeout(() => k6?.kill('SIGKILL'), graceMs);
}

process.on('message', (/** @type {any} */ message) => {
  if (message === 'stop') k6?.kill('SIGINT');
  else if (message === 'kill') k6?.kill('SIGKILL');
  else run(message);
});
process.on('disconnect', endUnwatched);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, endUnwatched);

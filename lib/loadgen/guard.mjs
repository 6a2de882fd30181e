// Stands between the dashboard and one k6: when the dashboard is gone, even by SIGKILL, the channel to it closes and
// k6 is ended, so that no load runs unseen. Arguments: the k6 program and its arguments.
import { spawn } from 'node:child_process';

const [program = '', ...args] = process.argv.slice(2);
// A group of its own: a Ctrl-C in the dashboard's terminal is for the dashboard to handle.
const k6 = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: process.platform !== 'win32' });

k6.on('error', (error) => {
  process.send?.({ error: error.message });
  process.exitCode = 1;
  process.disconnect?.();
});
k6.on('spawn', () => process.send?.({ pid: k6.pid }));
k6.on('exit', (code, signal) => {
  if (process.connected) process.send?.({ code, signal }, () => process.disconnect?.());
});
process.on('message', (message) => {
  if (message === 'stop') k6.kill('SIGINT');
  if (message === 'kill') k6.kill('SIGKILL');
});
process.on('disconnect', () => k6.kill('SIGKILL'));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => k6.kill('SIGKILL'));

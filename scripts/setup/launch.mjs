// Starts one program in place of this one: its output, its signals and its exit code are passed on.
import { spawn } from 'node:child_process';
import { root } from './setup.mjs';

/**
 * @param {string[]} args arguments of Node, such as `['--import', 'tsx', 'scripts/lab.ts']`
 * @param {Record<string, string>} env
 */
export function launch(args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal has told the child already; a second SIGINT would mean "at once" to it.
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

export const typescript = ['--import', 'tsx'];

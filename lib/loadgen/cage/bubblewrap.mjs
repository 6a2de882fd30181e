// Files by bubblewrap, where there is no Landlock: a root of its own in which only what is allowed is mounted.
import { createInterface } from 'node:readline';

/**
 * The arguments for bubblewrap to start `command` so, with what it says of itself on descriptor 3. Connections are the
 * filter's matter: a network of its own would need a forwarder.
 * @param {import('./shape').Cage} cage @param {string} cwd @param {string[]} command
 */
export function bubblewrapArguments({ read, write, execute }, cwd, command) {
  const mounted = (/** @type {string} */ how, /** @type {string[]} */ paths) =>
    paths.flatMap((path) => [how, path, path]);
  return [
    ...['--unshare-user', '--unshare-ipc', '--unshare-uts', '--cap-drop', 'ALL'],
    ...['--die-with-parent', '--json-status-fd', '3'],
    ...mounted('--ro-bind-try', read),
    ...mounted('--ro-bind', execute),
    ...mounted('--dev-bind', write),
    ...['--chdir', cwd, '--'],
    ...command,
  ];
}

/**
 * The program's process, as bubblewrap tells it; null where it ended without.
 * @param {import('node:stream').Readable} status @returns {Promise<number | null>}
 */
export async function pidInBubblewrap(status) {
  for await (const line of createInterface({ input: status })) {
    /** @type {unknown} */
    const parsed = JSON.parse(line);
    const { 'child-pid': pid } = /** @type {{ 'child-pid'?: unknown }} */ (parsed);
    if (typeof pid === 'number') return pid;
  }
  return null;
}

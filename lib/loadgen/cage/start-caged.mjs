// Confines the thread that it is called on, and starts one program from within: Linux confines a thread, and what it
// starts inherits that.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { bubblewrapArguments, pidInBubblewrap } from './bubblewrap.mjs';
import { filterConnections } from './connections.mjs';
import { confineByLandlock } from './landlock.mjs';
import { capabilities, keepCapabilities, refuseNewPrivileges } from './privileges.mjs';

/** @typedef {import('./shape').Cage} Cage */
/** @typedef {{ cage: Cage; program: string; args: string[]; cwd: string; env: Record<string, string>; folder: string }} CagedStart */

/**
 * Tells, in this order: `listener`, where connections are asked for; `pid`; and `code` with `signal`, or `error`.
 * @param {CagedStart} start
 * @param {(message: { listener: number } | { pid: number } | { error: string } | { code: number | null; signal: string | null }) => void} tell
 */
export function startCaged(start, tell) {
  try {
    const listener = confine(start.cage);
    if (listener !== null) tell({ listener });
    const child = start.cage.kind === 'bubblewrap' ? startBubblewrap(start, tell) : startBare(start, tell);
    child.on('error', (error) => tell({ error: error.message }));
  } catch (error) {
    tell({ error: `its cage could not be made: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** @param {Cage} cage */
function confine({ kind, user, read, write, execute, connect, listens }) {
  refuseNewPrivileges();
  if (kind !== 'bubblewrap') {
    // Bubblewrap drops them itself: to map root into its namespace it needs one.
    keepCapabilities(user === null ? [] : Object.values(capabilities));
    confineByLandlock({ read, write, execute, tcpPorts: [...new Set(connect.map(({ port }) => port))] });
  }
  return filterConnections(connect.length === 0 ? 'refused' : 'asked', listens);
}

/** @type {(start: CagedStart, tell: Parameters<typeof startCaged>[1]) => import('node:child_process').ChildProcess} */
function startBare({ cage: { user }, program, args, cwd, env, folder }, tell) {
  const child =
    user === null
      ? spawn(program, args, { cwd, env: variables(env), stdio: ['ignore', 'inherit', 'inherit'] })
      : startAs(user, { program, args, cwd, env, folder });
  child.on('spawn', () => tell({ pid: /** @type {number} */ (child.pid) }));
  child.on('exit', (code, signal) => tell({ code, signal }));
  return child;
}

/**
 * As another user, who may enter neither the folders above the program nor those above the run's: the program is started
 * by its descriptor, and gets the run's folder as descriptor 3. The groups are gone too (libuv), and no capability is left
 * to who is not root (capabilities(7)).
 * @param {number} user @param {Omit<CagedStart, 'cage'>} start
 */
function startAs(user, { program, args, cwd, env, folder }) {
  const [file, run] = [openSync(program, 'r'), openSync(folder, 'r')];
  const child = spawn(`/proc/self/fd/${file}`, args, {
    argv0: program,
    cwd,
    env: variables(env),
    uid: user,
    gid: user,
    stdio: ['ignore', 'inherit', 'inherit', run],
  });
  closeSync(file);
  closeSync(run);
  // This thread may have to end it.
  keepCapabilities([capabilities.signalOthers]);
  return child;
}

/** @param {Record<string, string>} env Node's types want what Next adds. */
const variables = (env) => /** @type {NodeJS.ProcessEnv} */ (env);

/** @type {typeof startBare} */
function startBubblewrap({ cage, program, args, cwd, env }, tell) {
  const child = spawn(cage.bubblewrapPath ?? 'bwrap', bubblewrapArguments(cage, cwd, [program, ...args]), {
    cwd,
    env: variables(env),
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  void pidInBubblewrap(/** @type {import('node:stream').Readable} */ (child.stdio[3])).then((pid) => {
    if (pid !== null) tell({ pid });
  });
  // Of a program that a signal ended, bubblewrap makes the exit code that a shell would.
  child.on('exit', (code, signal) =>
    tell(code === 128 + 9 ? { code: null, signal: 'SIGKILL' } : { code, signal }),
  );
  return child;
}

// A thread that confines itself and starts one program from within: Linux confines a thread, and what it starts inherits
// that. The guard's other threads stay free: they answer for the ingest and for who may be connected to.
import { spawn } from 'node:child_process';
import { parentPort, workerData } from 'node:worker_threads';
import { filterConnections } from './connections.mjs';
import { bubblewrapArguments, pidInBubblewrap } from './bubblewrap.mjs';
import { confineByLandlock } from './landlock.mjs';
import { dropCapabilities, refuseNewPrivileges } from './privileges.mjs';

/** @type {unknown} */
const given = workerData;
const { cage, program, args, cwd, env } =
  /** @type {{ cage: import('./shape').Cage; program: string; args: string[]; cwd: string; env: Record<string, string> }} */ (
    given
  );
const tell = (/** @type {object} */ message) => parentPort?.postMessage(message);

function confine() {
  refuseNewPrivileges();
  if (cage.kind === 'landlock') {
    // Bubblewrap drops them itself: to map root into its namespace it needs one.
    dropCapabilities();
    const { read, write, execute, connect } = cage;
    confineByLandlock({ read, write, execute, tcpPorts: [...new Set(connect.map(({ port }) => port))] });
  }
  return filterConnections(cage.connect.length === 0 ? 'refused' : 'asked');
}

function start() {
  const options = { cwd, env: /** @type {NodeJS.ProcessEnv} */ (env) };
  if (cage.kind === 'landlock') {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('spawn', () => tell({ pid: child.pid }));
    child.on('exit', (code, signal) => tell({ code, signal }));
    return child;
  }
  const child = spawn(cage.bubblewrapPath ?? 'bwrap', bubblewrapArguments(cage, cwd, [program, ...args]), {
    ...options,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  void pidInBubblewrap(/** @type {import('node:stream').Readable} */ (child.stdio[3])).then(
    (pid) => pid !== null && tell({ pid }),
  );
  // Of a program that a signal ended, bubblewrap makes the exit code that a shell would.
  child.on('exit', (code, signal) =>
    tell(code === 128 + 9 ? { code: null, signal: 'SIGKILL' } : { code, signal }),
  );
  return child;
}

try {
  const listener = confine();
  if (listener !== null) tell({ listener });
  start().on('error', (error) => tell({ error: error.message }));
} catch (error) {
  tell({ error: `its cage could not be made: ${error instanceof Error ? error.message : String(error)}` });
}

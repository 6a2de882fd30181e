// Stands between the dashboard and one k6, so that no load runs unseen: when the dashboard is gone, even by SIGKILL, the
// channel to it closes, and k6 is ended: asked first, so that a teardown can begin, and killed soon after. So it is when the
// dashboard stands still for long, frozen or stopped in a debugger: another may have taken over its run.
//
// It also makes k6's cage and holds what k6 must not: the run's ingest secret (docs/decisions/cage.md).
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { giveFolder } from './cage/give-folder.mjs';
import { startRelay } from './cage/relay.mjs';

const graceMs = 3000;
/** What is written to an eventfd: a number of 64 bits in the machine's order. */
const one = new Uint8Array(new BigUint64Array([1n]).buffer);

/** @typedef {import('./cage/shape').GuardStart} Start */

/** Null until k6 has been started. @type {number | null} */
let pid = null;

/** Since when nothing was heard, in beats. */
let missed = 0;

/** @param {NonNullable<Start['beat']>} beat */
function listenFor({ everyMs, mostMissed }) {
  const timer = setInterval(() => {
    if (++missed <= mostMissed || pid === null) return;
    clearInterval(timer);
    process.send?.({ unheardS: (missed * everyMs) / 1000 });
    endUnwatched();
  }, everyMs);
  timer.unref();
}

/** @param {Start} start */
async function run(start) {
  if (start.beat) listenFor(start.beat);
  /** @type {{ address: string; port: number }[]} */
  const peers = [...(start.cage?.connect ?? [])];
  const collector = start.relay && (await relayed(start.relay, peers));
  await writeFile(
    start.config.path,
    JSON.stringify({ ...start.config.content, ...(collector ? { collectors: collector } : {}) }),
    { mode: 0o600 },
  );
  if (start.cage?.user) giveFolder(start.folder, start.cage.user);
  if (start.cage) await runCaged(start, { ...start.cage, connect: peers });
  else runFree(start);
}

/** @param {NonNullable<Start['relay']>} relay @param {{ address: string; port: number }[]} peers */
async function relayed({ output, settings, ...to }, peers) {
  const { url, token, address, port } = await startRelay(to);
  peers.push({ address, port });
  return { [output]: { ...settings, url, bearerToken: token } };
}

/** @param {Start} start */
function runFree({ program, args, cwd, env }) {
  const child = spawn(program, args, {
    cwd,
    env: /** @type {NodeJS.ProcessEnv} */ (env),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.on('spawn', () => started(/** @type {number} */ (child.pid)));
  child.on('error', (error) => end({ error: error.message }));
  child.on('exit', (code, signal) => end({ code, signal }));
}

/** @param {Start} start @param {import('./cage/shape').Cage} cage */
async function runCaged({ program, args, cwd, env, folder }, cage) {
  const caged = { cage, program, args, cwd, env, folder };
  if (cage.connect.length === 0) {
    // Nothing is to be answered meanwhile: the guard goes into the cage itself, which takes less time than a thread.
    const { startCaged } = await import('./cage/start-caged.mjs');
    startCaged(caged, take);
    return;
  }
  const answering = startAnswering(cage.connect, cage.user);
  const worker = new Worker(new URL('./cage/worker.mjs', import.meta.url), { workerData: caged });
  worker.on('error', (error) => end({ error: error.message }));
  worker.on('message', (/** @type {{ listener: number } | Told} */ message) => {
    if (!('listener' in message)) return take(message);
    const { listener } = message;
    void answering.then((thread) => thread.postMessage(listener));
  });
}

/** @typedef {{ pid: number } | { error: string } | { code: number | null; signal: string | null }} Told */

/** What is told of k6. @param {Told | { listener: number }} message */
function take(message) {
  if ('pid' in message) started(message.pid);
  else end(message);
}

/**
 * The thread that answers, once it is known how it is ended: Node waits for its threads when it exits, and this one waits for k6.
 * @param {{ address: string; port: number }[]} peers @param {number | null} user @returns {Promise<Worker>}
 */
function startAnswering(peers, user) {
  const answering = new Worker(new URL('./cage/answering.mjs', import.meta.url), {
    workerData: { peers, user },
  });
  // k6's connections fail from then on.
  answering.on('error', (error) => console.error(`whom k6 may connect to is not answered: ${error.message}`));
  return new Promise((resolve) => {
    answering.on('message', (/** @type {{ stop: number } | { refused: string }} */ message) => {
      if ('refused' in message) return void process.send?.(message);
      process.on('exit', () => writeSync(message.stop, one));
      resolve(answering);
    });
  });
}

/** @param {number} of */
function started(of) {
  pid = of;
  process.send?.({ pid });
}

/** @param {object} outcome */
function end(outcome) {
  pid = null;
  if (!process.connected) process.exit();
  process.send?.(outcome, () => process.exit());
}

/** @param {NodeJS.Signals} signal */
function signalK6(signal) {
  try {
    if (pid !== null) process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

function endUnwatched() {
  if (pid === null) process.exit();
  signalK6('SIGTERM');
  setTimeout(() => signalK6('SIGKILL'), graceMs);
}

process.on('message', (/** @type {'stop' | 'kill' | 'beat' | Start} */ message) => {
  missed = 0;
  if (message === 'beat') return;
  if (message === 'stop') signalK6('SIGINT');
  else if (message === 'kill') signalK6('SIGKILL');
  else run(message).catch((error) => end({ error: error instanceof Error ? error.message : String(error) }));
});
process.on('disconnect', endUnwatched);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, endUnwatched);

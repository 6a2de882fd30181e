import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { variable } from '@/lib/environment/environment';
import { stateDirectory } from '@/lib/environment/paths';
import { Problem } from '@/lib/model/problem';
import { Boards } from '@/lib/runs/boards';
import { forwardChanges } from '@/lib/runs/changes';
import { localEngine, operatorEngine } from '@/lib/runs/check-script';
import { keepAmongDashboards } from '@/lib/runs/dashboards';
import { RunManager } from '@/lib/runs/manager';
import {
  recordingOf,
  setRecording,
  type Asked,
  type Failure,
  type RecordingThreadData,
  type Told,
} from '@/lib/runs/recording';
import { recoverRuns, takeOver } from '@/lib/runs/recovery';
import { unstoredOf } from '@/lib/runs/unstored';
import { openBeside, setStore } from '@/lib/store/client';
import { DatabaseUnwritable, followFailures } from '@/lib/store/database-state';
import { setThisDashboard } from '@/lib/store/leases/this-dashboard';
import { followQueries } from '@/lib/store/query-times';
import { serverOptions } from '@/lib/server/gate.mjs';
import { log } from '@/lib/telemetry/log.mjs';
import { noteQuery } from '@/lib/telemetry/metrics';
import { refusalOf } from '@/lib/threads/protocol';
import { answerBy } from './direct';
import { answerPush } from './ingest';

let isRecording = false;

/**
 * The recording's thread: k6's pushes come to a listener of its own, what the API asks by messages; what is stored is told
 * to whoever reads.
 */
async function record(port: MessagePort): Promise<void> {
  const tell = (told: Told): void => port.postMessage(told);
  followQueries(noteQuery);
  const { database, among } = workerData as RecordingThreadData;
  const dashboardId = among?.id ?? null;
  setThisDashboard(dashboardId);
  const store = await openBeside(database, dashboardId === null ? null : { dashboardId, onLost });
  setStore(store);
  forwardChanges((runId, change) => tell({ runId, change, unstored: unstoredOf(runId) }));
  followFailures((unwritable) => tell({ unwritable }));
  const ingestUrl = variable('SCALETRACE_PUSH_URL') ?? `${await listen()}/api/ingest`;
  const engine = localEngine(ingestUrl);
  const operator = operatorEngine(engine, ingestUrl);
  const manager = new RunManager(store, engine, undefined, undefined, operator, dashboardId);
  const loads = { engine, operator, takesOn: manager };
  const boards = new Boards(store, dashboardId);
  // Before what may take long: the others are not to take this one for dead meanwhile.
  if (dashboardId !== null)
    keepAmongDashboards(store, dashboardId, async () => {
      if (!isRecording) return;
      await takeOver(store, loads, among);
      await manager.pump();
      await boards.resume();
    });
  await recoverRuns(store, loads, among);
  const recording = recordingOf(manager, boards);
  setRecording(recording);
  isRecording = true;
  port.on('message', ({ id, method, args }: Asked) => {
    (recording[method] as (...args: unknown[]) => Promise<unknown>)(...args).then(
      (value) => tell({ id, value }),
      (error: unknown) => tell({ id, failure: failureOf(error) }),
    );
  });
  void manager.pump();
  boards.resume().catch((error: unknown) => log.error(error, 'boards'));
  tell({ ready: true });
}

/** The others have this one's runs by now: its loads end with this thread, and it begins anew as another. */
function onLost(): void {
  log.error('This dashboard did not renew its lease in time: another has taken over its runs.');
  process.exit(1);
}

/**
 * Takes pushes on a loopback port of its own, which no reader's connection is in the way of; its address is returned. It is
 * the port of the time before, if that is free: the lab's runners outlive a dashboard, and push where they were told to.
 */
async function listen(): Promise<string> {
  const server = createServer(serverOptions, (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405, { allow: 'POST' }).end();
    // Of a load that went on: k6 sends it again, since its values are cumulative.
    if (!isRecording) return response.writeHead(503).end();
    answerBy(answerPush, request, response).catch((error: unknown) => {
      log.error(error, 'push');
      response.destroy();
    });
  });
  const listenOn = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  const file = join(stateDirectory(), 'push-port');
  const before = Number(await readFile(file, 'utf8').catch(() => '0'));
  await listenOn(before).catch(() => listenOn(0));
  const { port } = server.address() as AddressInfo;
  await writeFile(file, `${port}`).catch((error: unknown) => log.error(error, file));
  return `http://127.0.0.1:${port}`;
}

function failureOf(error: unknown): Failure {
  if (error instanceof Problem) return { refused: refusalOf(error as Problem) };
  if (error instanceof DatabaseUnwritable) return { unwritable: { why: error.why, detail: error.detail } };
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

if (!parentPort) throw new Error('This file is the code of a thread.');
void record(parentPort);

// A thread that is confined, with k6 in it: the guard's other threads stay free, as they answer for the ingest and for
// whom k6 may connect to.
import { parentPort, workerData } from 'node:worker_threads';
import { startCaged } from './start-caged.mjs';

/** @type {unknown} */
const given = workerData;
startCaged(/** @type {import('./start-caged.mjs').CagedStart} */ (given), (message) =>
  parentPort?.postMessage(message),
);

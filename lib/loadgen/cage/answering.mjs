// A thread that answers whom k6 may connect to: free of the cage, and of the guard's other work, as k6 waits for it.
import { parentPort, workerData } from 'node:worker_threads';
import { answerConnections, makeStop } from './connections.mjs';
import { becomeUser } from './privileges.mjs';

const refusedToldAtMost = 20;

/** @type {unknown} */
const given = workerData;
const { peers, user } = /** @type {{ peers: { address: string; port: number }[]; user: number | null }} */ (
  given
);
const stop = makeStop();
// k6's memory, where the address is, can be read by its own user; by root only with a capability that containers lack.
if (user !== null) becomeUser(user);
parentPort?.postMessage({ stop });

parentPort?.once('message', (/** @type {number} */ listener) => {
  const told = new Set();
  answerConnections(listener, stop, peers, (peer) => {
    // Go asks the kernel which of a name's addresses it would take, by datagram sockets to port 9 that send nothing.
    if (peer.endsWith(':9') || told.has(peer) || told.size >= refusedToldAtMost) return;
    told.add(peer);
    parentPort?.postMessage({ refused: peer });
  });
});

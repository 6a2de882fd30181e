// Who may be connected to, address and port: seccomp asks us for each `connect` of the caged process
// (https://docs.kernel.org/userspace-api/seccomp_filter.html, user notification).
//
// We look at the address and let the kernel go on, or not. Code that can write the process' memory could change the
// address in between; a script runs in k6's interpreter and cannot, and Landlock's list of ports stands behind.
import koffi from 'koffi';
import { call, ioctl, poll, systemCallNumbers } from './syscalls.mjs';
import { filterProgram } from './filter.mjs';
import { peerName, peerOfSocketAddress } from './peers.mjs';

// include/uapi/linux/seccomp.h
const setModeFilter = 1;
const flags = { newListener: 1 << 3, waitKillable: 1 << 5 };
const requests = { receive: 0xc0502100, send: 0xc0182101 };
const sizes = { notification: 80, response: 24, address: 28 };
const continueFlag = 1;
/** Of the fields that are read: include/uapi/linux/seccomp.h, `seccomp_notif` with `seccomp_data`. */
const at = { pid: 8, secondArgument: 16 + 16 + 8, thirdArgument: 16 + 16 + 16 };
const eacces = 13;

/**
 * Puts the filter on this thread and on each process that it starts. Throws SystemCallError.
 * @param {'refused' | 'asked'} connections @param {boolean} listens @returns {number | null} the listener's descriptor, where connections are asked for
 */
export function filterConnections(connections, listens) {
  const code = filterProgram({
    connections,
    listens,
    architecture: process.arch,
    numbers: systemCallNumbers(),
  });
  const program = Buffer.alloc(16);
  program.writeUInt16LE(code.length / 8, 0);
  program.writeBigUInt64LE(koffi.address(code), 8);
  if (connections === 'refused') {
    call('seccomp', setModeFilter, 0, program);
    return null;
  }
  try {
    return call('seccomp', setModeFilter, flags.newListener | flags.waitKillable, program);
  } catch {
    // Linux before 5.19 does not know the second: an interrupted `connect` is then asked for once more.
    return call('seccomp', setModeFilter, flags.newListener, program);
  }
}

/** A descriptor that ends `answerConnections` once a number (8 bytes, not 0) is written to it, by any thread. @returns {number} */
export function makeStop() {
  return call('eventfd2', 0, 0);
}

/**
 * Answers the listener, on this thread and without a pause, until `stop` can be read or nobody is left to ask:
 * connections to one of `allowed` go on, others fail with EACCES. `onRefused` gets the peer of each that was refused.
 * @param {number} listener
 * @param {number} stop
 * @param {{ address: string; port: number }[]} allowed
 * @param {(peer: string) => void} onRefused
 */
export function answerConnections(listener, stop, allowed, onRefused) {
  const peers = new Set(allowed.map(peerName));
  for (;;) {
    const [asked, stopped] = poll([listener, stop]);
    if (stopped?.readable) return;
    if (asked?.readable) answer(listener, peers, onRefused);
    else if (asked?.hungUp) return;
  }
}

/** @param {number} listener @param {Set<string>} peers @param {(peer: string) => void} onRefused */
function answer(listener, peers, onRefused) {
  const notification = Buffer.alloc(sizes.notification);
  try {
    ioctl(listener, requests.receive, notification);
    const peer = peerOf(notification);
    const allowed = peer !== null && peers.has(peer);
    const response = Buffer.alloc(sizes.response);
    notification.copy(response, 0, 0, 8);
    if (allowed) response.writeUInt32LE(continueFlag, 20);
    else response.writeInt32LE(-eacces, 16);
    ioctl(listener, requests.send, response);
    if (!allowed) onRefused(peer ?? 'an address that is not IP');
  } catch (error) {
    // Who asked is gone meanwhile, or was interrupted and asks again.
    if (!['ENOENT', 'EINTR'].includes(/** @type {{ code?: string }} */ (error).code ?? '')) throw error;
  }
}

/** Whom the `connect` that is asked about names; null for what is no IP address or cannot be read. @param {Buffer} notification */
function peerOf(notification) {
  const socketAddress = Buffer.alloc(sizes.address);
  const lengthBytes = Math.min(sizes.address, Number(notification.readBigUInt64LE(at.thirdArgument)));
  const local = ioVector(koffi.address(socketAddress), lengthBytes);
  const remote = ioVector(notification.readBigUInt64LE(at.secondArgument), lengthBytes);
  try {
    call('process_vm_readv', notification.readUInt32LE(at.pid), local, 1, remote, 1, 0);
  } catch {
    return null;
  }
  return peerOfSocketAddress(socketAddress);
}

/** @param {bigint} address @param {number} lengthBytes */
function ioVector(address, lengthBytes) {
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(address, 0);
  vector.writeBigUInt64LE(BigInt(lengthBytes), 8);
  return vector;
}

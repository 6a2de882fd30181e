// Files and TCP ports by Landlock: https://docs.kernel.org/userspace-api/landlock.html
import { closeSync, openSync, statSync } from 'node:fs';
import { call } from './syscalls.mjs';

// include/uapi/linux/landlock.h
const access = {
  execute: 1n << 0n,
  writeFile: 1n << 1n,
  readFile: 1n << 2n,
  readFolder: 1n << 3n,
  makeFile: 1n << 8n,
  truncate: 1n << 14n,
  connectTcp: 1n << 1n,
};
const ofFiles = access.execute | access.writeFile | access.readFile | access.truncate;
const ruleKinds = { pathBeneath: 1, tcpPort: 2 };
const openPath = 0o10000000; // O_PATH

/** Each version's additions: what must be named as handled so that it is refused. */
const handledFiles = (/** @type {number} */ abi) =>
  (1n << (abi >= 5 ? 16n : abi >= 3 ? 15n : abi >= 2 ? 14n : 13n)) - 1n;

/**
 * Confines this thread, and each process that it starts, to these paths (a folder is everything below it), and, from
 * version 4 on, TCP connections to these ports. From version 6 on it can neither signal nor reach by abstract sockets
 * what is outside. Paths that do not exist are passed over. Throws SystemCallError.
 * @param {{ read: string[]; write: string[]; execute: string[]; tcpPorts: number[] }} allowed
 * @returns {number} the version in use
 */
export function confineByLandlock({ read, write, execute, tcpPorts }) {
  const abi = call('landlock_create_ruleset', null, 0, 1);
  const files = handledFiles(abi);
  const attributes = Buffer.alloc(abi >= 6 ? 24 : abi >= 4 ? 16 : 8);
  attributes.writeBigUInt64LE(files, 0);
  if (abi >= 4) attributes.writeBigUInt64LE(access.connectTcp, 8);
  if (abi >= 6) attributes.writeBigUInt64LE(3n, 16);
  const ruleset = call('landlock_create_ruleset', attributes, attributes.length, 0);
  const allow = (/** @type {string} */ path, /** @type {bigint} */ rights) => {
    const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
    if (folder === undefined) return;
    const beneath = openSync(path, openPath);
    const rule = Buffer.alloc(12);
    rule.writeBigUInt64LE(files & (folder ? rights : rights & ofFiles), 0);
    rule.writeInt32LE(beneath, 8);
    call('landlock_add_rule', ruleset, ruleKinds.pathBeneath, rule, 0);
    closeSync(beneath);
  };
  const reading = access.readFile | access.readFolder;
  for (const path of read) allow(path, reading);
  for (const path of write) allow(path, reading | access.writeFile | access.makeFile | access.truncate);
  for (const path of execute) allow(path, access.readFile | access.execute);
  for (const port of abi >= 4 ? tcpPorts : []) {
    const rule = Buffer.alloc(16);
    rule.writeBigUInt64LE(access.connectTcp, 0);
    rule.writeBigUInt64LE(BigInt(port), 8);
    call('landlock_add_rule', ruleset, ruleKinds.tcpPort, rule, 0);
  }
  call('landlock_restrict_self', ruleset, 0);
  call('close', ruleset);
  return abi;
}

// Takes from this thread, and from each process that it starts, what a root's process could use to leave its cage.
import { call } from './syscalls.mjs';

const setNoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS, include/uapi/linux/prctl.h
const capabilityVersion3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3, include/uapi/linux/capability.h

/** No program that is started from here on gains rights, by setuid or by file capabilities. Throws SystemCallError. */
export function refuseNewPrivileges() {
  call('prctl', setNoNewPrivileges, 1, 0, 0, 0);
}

/** Capabilities by their numbers: include/uapi/linux/capability.h. */
export const capabilities = { passPermissions: 1, signalOthers: 5, setGroup: 6, setUser: 7 };

/**
 * All capabilities but these are gone, and after `refuseNewPrivileges` not even root's come back when a program is
 * executed. Throws SystemCallError.
 * @param {number[]} kept
 */
export function keepCapabilities(kept) {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(capabilityVersion3, 0);
  const mask = kept.reduce((bits, number) => bits | (1 << number), 0);
  // The first 32 of them, then the others; of each what is effective, permitted and inheritable.
  const sets = Buffer.alloc(24);
  sets.writeUInt32LE(mask, 0);
  sets.writeUInt32LE(mask, 4);
  call('capset', header, sets);
}

/** This thread, and no other of the process, is another user from here on, in its group alone. Throws SystemCallError. @param {number} user */
export function becomeUser(user) {
  call('setgroups', 0, null);
  call('setresgid', user, user, user);
  call('setresuid', user, user, user);
}

// Takes from this thread, and from each process that it starts, what a root's process could use to leave its cage.
import { call } from './syscalls.mjs';

const setNoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS, include/uapi/linux/prctl.h
const capabilityVersion3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3, include/uapi/linux/capability.h

/** No program that is started from here on gains rights, by setuid or by file capabilities. Throws SystemCallError. */
export function refuseNewPrivileges() {
  call('prctl', setNoNewPrivileges, 1, 0, 0, 0);
}

/**
 * All capabilities are gone, and after `refuseNewPrivileges` not even root's come back when a program is executed. The
 * user stays the same (docs/decisions/cage.md). Throws SystemCallError.
 */
export function dropCapabilities() {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(capabilityVersion3, 0);
  call('capset', header, Buffer.alloc(24));
}

// The system calls that the cage is made of and Node has no function for, by koffi (its binaries are ready-made: no
// compiler is needed). Numbers: the kernel's include/uapi/asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl.
import koffi from 'koffi';

/** @typedef {Record<string, number>} Numbers */

/** @type {Partial<Record<string, Numbers>>} */
const numbersByArchitecture = {
  x64: {
    prctl: 157,
    setgroups: 116,
    setresuid: 117,
    setresgid: 119,
    capset: 126,
    close: 3,
    eventfd2: 290,
    socket: 41,
    connect: 42,
    sendto: 44,
    sendmsg: 46,
    listen: 50,
    ptrace: 101,
    add_key: 248,
    request_key: 249,
    keyctl: 250,
    sendmmsg: 307,
    process_vm_readv: 310,
    process_vm_writev: 311,
    seccomp: 317,
    bpf: 321,
    io_uring_setup: 425,
    io_uring_enter: 426,
    pidfd_getfd: 438,
    landlock_create_ruleset: 444,
    landlock_add_rule: 445,
    landlock_restrict_self: 446,
  },
  arm64: {
    prctl: 167,
    setgroups: 159,
    setresuid: 147,
    setresgid: 149,
    capset: 91,
    close: 57,
    eventfd2: 19,
    socket: 198,
    connect: 203,
    sendto: 206,
    sendmsg: 211,
    listen: 201,
    ptrace: 117,
    add_key: 217,
    request_key: 218,
    keyctl: 219,
    sendmmsg: 269,
    process_vm_readv: 270,
    process_vm_writev: 271,
    seccomp: 277,
    bpf: 280,
    io_uring_setup: 425,
    io_uring_enter: 426,
    pidfd_getfd: 438,
    landlock_create_ruleset: 444,
    landlock_add_rule: 445,
    landlock_restrict_self: 446,
  },
};

/**
 * The numbers of the system calls on this machine. Throws an Error where they are not known: no Linux, or another
 * architecture than x64 and arm64.
 * @returns {Numbers}
 */
export function systemCallNumbers() {
  const numbers = process.platform === 'linux' ? numbersByArchitecture[process.arch] : undefined;
  if (!numbers) throw new Error(`there is no cage on ${process.platform} ${process.arch}`);
  return numbers;
}

const libc = koffi.load(null);
/** @typedef {(...values: unknown[]) => number} SystemCall */
/** @type {SystemCall} */
const syscall = libc.func('long syscall(long number, ...)');
/** @type {SystemCall} */
const pollFunction = libc.func('int poll(void *descriptors, unsigned long count, int timeoutMs)');
/** @type {SystemCall} */
const ioctlFunction = libc.func('int ioctl(int descriptor, unsigned long request, ...)');

/** A system call that failed; `code` is the name of its error, such as `EPERM`. */
class SystemCallError extends Error {
  /** @param {string} name @param {number} errno */
  constructor(name, errno) {
    const code =
      Object.entries(koffi.os.errno).find(([, number]) => number === errno)?.[0] ?? `error ${errno}`;
    super(`${name}: ${code}`);
    this.code = code;
  }
}

/**
 * Makes a system call on this thread. A buffer is passed as its address, and may be written to. Throws SystemCallError.
 * @param {string} name @param {...(number | bigint | Buffer | null)} values @returns {number}
 */
export function call(name, ...values) {
  const number = systemCallNumbers()[name];
  if (number === undefined) throw new Error(`the number of the system call ${name} is not known`);
  return checked(name, syscall(number, ...typed(values)));
}

/** @param {number} descriptor @param {number} request @param {Buffer} data @returns {number} */
export function ioctl(descriptor, request, data) {
  return checked('ioctl', ioctlFunction(descriptor, request, ...typed([data])));
}

/**
 * Waits on this thread until one of the descriptors can be read or was hung up; gives what is so of each.
 * @param {number[]} descriptors @returns {{ readable: boolean; hungUp: boolean }[]}
 */
export function poll(descriptors) {
  const [pollIn, pollHangUp] = [0x1, 0x10];
  const asked = Buffer.alloc(8 * descriptors.length);
  descriptors.forEach((descriptor, i) => {
    asked.writeInt32LE(descriptor, 8 * i);
    asked.writeInt16LE(pollIn, 8 * i + 4);
  });
  checked('poll', pollFunction(asked, descriptors.length, -1));
  return descriptors.map((_, i) => {
    const events = asked.readInt16LE(8 * i + 6);
    return { readable: (events & pollIn) !== 0, hungUp: (events & pollHangUp) !== 0 };
  });
}

/** Koffi wants the type of each variadic argument before it. @param {(number | bigint | Buffer | null)[]} values */
function typed(values) {
  /** @param {number | bigint | Buffer | null} value */
  const typeOf = (value) => (value === null || Buffer.isBuffer(value) ? 'void *' : 'intptr_t');
  return values.flatMap((value) => [typeOf(value), value]);
}

/** @param {string} name @param {number} result */
function checked(name, result) {
  if (result < 0) throw new SystemCallError(name, koffi.errno());
  return Number(result);
}

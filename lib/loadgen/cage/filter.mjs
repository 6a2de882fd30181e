// The seccomp filter of the cage, as a classic BPF program over `struct seccomp_data` (include/uapi/linux/seccomp.h).

const codes = {
  load: 0x20, // BPF_LD | BPF_W | BPF_ABS
  jumpIfEqual: 0x15, // BPF_JMP | BPF_JEQ | BPF_K
  jumpIfAtLeast: 0x35, // BPF_JMP | BPF_JGE | BPF_K
  and: 0x54, // BPF_ALU | BPF_AND | BPF_K
  give: 0x06, // BPF_RET | BPF_K
};
const errno = { EPERM: 1, EACCES: 13, ENOSYS: 38, EAFNOSUPPORT: 97 };
const auditArchitectures = /** @type {Record<string, number>} */ ({ x64: 0xc000003e, arm64: 0xc00000b7 });
const at = { number: 0, architecture: 4, arguments: 16 };
const families = { inet: 2, inet6: 10 };
const kinds = { mask: 0xf, stream: 1, datagram: 2 };

/** What would lead round the filter, or to what a load generator never needs. */
const neverAllowed = [
  'sendmsg',
  'sendmmsg',
  'ptrace',
  'process_vm_readv',
  'process_vm_writev',
  'pidfd_getfd',
  'bpf',
  'add_key',
  'request_key',
  'keyctl',
];

/** @typedef {[code: number, ifTrue: number, ifFalse: number, value: number]} Instruction */

/** @param {number} offset @returns {Instruction} */
const load = (offset) => [codes.load, 0, 0, offset];
/** How many instructions are skipped in each case. @param {number} value @param {number} ifTrue @param {number} ifFalse @returns {Instruction} */
const isEqual = (value, ifTrue, ifFalse) => [codes.jumpIfEqual, ifTrue, ifFalse, value];
/** @param {number} action @returns {Instruction} */
const give = (action) => [codes.give, 0, 0, action];
const killProcess = give(0x80000000);
const allow = give(0x7fff0000);
const ask = give(0x7fc00000); // SECCOMP_RET_USER_NOTIF
/** @param {number} number */
const refuse = (number) => give(0x00050000 | number);

/** Only IP, only streams and datagrams: no unix sockets (Docker's, a bus'), no raw packets. @type {Instruction[]} */
const onSocket = [
  load(at.arguments),
  isEqual(families.inet, 2, 0),
  isEqual(families.inet6, 1, 0),
  refuse(errno.EAFNOSUPPORT),
  load(at.arguments + 8),
  [codes.and, 0, 0, kinds.mask],
  isEqual(kinds.stream, 2, 0),
  isEqual(kinds.datagram, 1, 0),
  refuse(errno.EPERM),
  allow,
];

/** A destination of its own, which no `connect` has seen, is refused: its pointer must be null in both halves. @type {Instruction[]} */
const onSendto = [
  load(at.arguments + 4 * 8),
  isEqual(0, 0, 2),
  load(at.arguments + 4 * 8 + 4),
  isEqual(0, 1, 0),
  refuse(errno.EACCES),
  allow,
];

/**
 * The program: each `connect` is refused, or asked of the filter's listener, and there is no way round it: by another
 * kind of socket, by a datagram with an address, by io_uring, or by another process.
 * `listens`: whether it may be connected to.
 * @param {{ connections: 'refused' | 'asked'; listens: boolean; architecture: string; numbers: Record<string, number> }} input
 * @returns {Buffer} of `struct sock_filter`
 */
export function filterProgram({ connections, listens, architecture, numbers }) {
  /** @param {string} name @param {Instruction[]} instructions @returns {Instruction[]} */
  const on = (name, instructions) => [
    isEqual(/** @type {number} */ (numbers[name]), 0, instructions.length),
    ...instructions,
  ];
  const program = [
    load(at.architecture),
    isEqual(auditArchitectures[architecture] ?? 0, 1, 0),
    killProcess,
    load(at.number),
    // x64's second table of numbers (x32).
    /** @type {Instruction} */ ([codes.jumpIfAtLeast, 0, 1, 0x40000000]),
    refuse(errno.EPERM),
    ...on('connect', [connections === 'asked' ? ask : refuse(errno.EACCES)]),
    ...on('socket', onSocket),
    ...on('sendto', onSendto),
    ...(listens ? neverAllowed : ['listen', ...neverAllowed]).flatMap((name) =>
      on(name, [refuse(errno.EPERM)]),
    ),
    ...['io_uring_setup', 'io_uring_enter'].flatMap((name) => on(name, [refuse(errno.ENOSYS)])),
    allow,
  ];
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(([code, ifTrue, ifFalse, value], i) => {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(ifTrue, 8 * i + 2);
    bytes.writeUInt8(ifFalse, 8 * i + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * i + 4);
  });
  return bytes;
}

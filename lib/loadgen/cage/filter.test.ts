import { describe, expect, it } from 'vitest';
import { filterProgram } from './filter.mjs';

const numbers = {
  socket: 41,
  connect: 42,
  sendto: 44,
  sendmsg: 46,
  sendmmsg: 307,
  listen: 50,
  ptrace: 101,
  add_key: 248,
  request_key: 249,
  keyctl: 250,
  process_vm_readv: 310,
  process_vm_writev: 311,
  bpf: 321,
  io_uring_setup: 425,
  io_uring_enter: 426,
  pidfd_getfd: 438,
};
const x64 = 0xc000003e;

/** Interprets the program as the kernel does: the action it gives for one system call. */
function actionOf(program: Buffer, call: { number: number; architecture?: number; args?: bigint[] }): string {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number, 0);
  data.writeUInt32LE(call.architecture ?? x64, 4);
  (call.args ?? []).forEach((value, i) => data.writeBigUInt64LE(value, 16 + 8 * i));
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const [code, ifTrue, ifFalse, value] = [
      program.readUInt16LE(8 * at),
      program.readUInt8(8 * at + 2),
      program.readUInt8(8 * at + 3),
      program.readUInt32LE(8 * at + 4),
    ];
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else if (code === 0x15) at += accumulator === value ? ifTrue : ifFalse;
    else if (code === 0x35) at += accumulator >= value ? ifTrue : ifFalse;
    else if (code === 0x06)
      return (
        { 0x7fff0000: 'allow', 0x7fc00000: 'ask', 0x80000000: 'kill' }[value] ??
        (value >>> 16 === 5 ? `error ${value & 0xffff}` : 'unknown')
      );
    else throw new Error(`no such instruction: ${code}`);
  }
}

describe('the filter of connections', () => {
  const asked = filterProgram({ connections: 'asked', listens: false, architecture: 'x64', numbers });
  const refused = filterProgram({ connections: 'refused', listens: false, architecture: 'x64', numbers });

  it('asks for each connect of a run, and refuses each of a check', () => {
    expect(actionOf(asked, { number: numbers.connect })).toBe('ask');
    expect(actionOf(refused, { number: numbers.connect })).toBe('error 13');
  });

  it.each([
    ['a stream of IPv4', 2n, 1n, 'allow'],
    ['a stream of IPv6 that does not block', 10n, 1n | 0o4000n | 0o2000000n, 'allow'],
    ['datagrams', 2n, 2n, 'allow'],
    ['a unix socket, such as Docker’s', 1n, 1n, 'error 97'],
    ['netlink', 16n, 3n, 'error 97'],
    ['raw packets', 2n, 3n, 'error 1'],
    ['vsock, to the host of a virtual machine', 40n, 1n, 'error 97'],
  ])('%s', (_, family, kind, action) => {
    for (const program of [asked, refused])
      expect(actionOf(program, { number: numbers.socket, args: [family, kind] })).toBe(action);
  });

  it('lets nothing be sent to an address that no connect has seen', () => {
    const send = (address: bigint): string =>
      actionOf(asked, { number: numbers.sendto, args: [3n, 0n, 0n, 0n, address, 0n] });
    expect(send(0n)).toBe('allow');
    for (const address of [0x1000n, 0x7f00_0000_0000n, 0xffff_ffff_0000_0001n])
      expect(send(address)).toBe('error 13');
    expect(actionOf(asked, { number: numbers.sendmsg })).toBe('error 1');
  });

  it('knows of no way round: io_uring, other processes, other tables of numbers', () => {
    for (const name of ['ptrace', 'process_vm_writev', 'pidfd_getfd', 'listen', 'bpf', 'keyctl'] as const)
      expect(actionOf(asked, { number: numbers[name] })).toBe('error 1');
    expect(actionOf(asked, { number: numbers.io_uring_setup })).toBe('error 38');
    expect(actionOf(asked, { number: numbers.connect, architecture: 0x40000003 })).toBe('kill');
    expect(actionOf(asked, { number: 0x40000000 + numbers.connect })).toBe('error 1');
  });

  it('lets be connected to only what shares a load with others', () => {
    const listening = filterProgram({ connections: 'asked', listens: true, architecture: 'x64', numbers });
    expect(actionOf(listening, { number: numbers.listen })).toBe('allow');
    expect(actionOf(listening, { number: numbers.sendmsg })).toBe('error 1');
  });

  it('leaves the rest alone', () => {
    for (const number of [0, 1, 59, 257]) expect(actionOf(refused, { number })).toBe('allow');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peerName, peerOfSocketAddress } from './peers.mjs';

function socketAddress(family: number, port: number, bytes: number[]): Buffer {
  const buffer = Buffer.alloc(28);
  buffer.writeUInt16LE(family, 0);
  buffer.writeUInt16BE(port, 2);
  Buffer.from(bytes).copy(buffer, family === 2 ? 4 : 8);
  return buffer;
}

describe('a peer', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:80'],
    ['::ffff:127.0.0.1', '127.0.0.1:80'],
    ['::FFFF:7F00:1', '127.0.0.1:80'],
    ['0:0:0:0:0:0:0:1', '[::1]:80'],
    ['FE80::1%eth0', '[fe80::1]:80'],
    ['2001:db8:0:0::', '[2001:db8::]:80'],
  ])('has one name, however it is written: %s', (address, name) => {
    expect(peerName({ address, port: 80 })).toBe(name);
  });

  it('has the same name from the kernel’s structure', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const port = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(fc.array(byte, { minLength: 4, maxLength: 4 }), port, (bytes, at) => {
        const name = peerName({ address: bytes.join('.'), port: at });
        expect(peerOfSocketAddress(socketAddress(2, at, bytes))).toBe(name);
        const mapped = [...Array<number>(10).fill(0), 255, 255, ...bytes];
        expect(peerOfSocketAddress(socketAddress(10, at, mapped))).toBe(name);
      }),
    );
    fc.assert(
      fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), port, (bytes, at) => {
        const hex = Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? [];
        const name = peerName({ address: hex.join(':'), port: at });
        expect(peerOfSocketAddress(socketAddress(10, at, bytes))).toBe(name);
      }),
    );
  });

  it('is none where the family is not IP', () => {
    expect(peerOfSocketAddress(socketAddress(1, 0, []))).toBeNull();
    expect(peerOfSocketAddress(socketAddress(0, 80, [127, 0, 0, 1]))).toBeNull();
  });
});

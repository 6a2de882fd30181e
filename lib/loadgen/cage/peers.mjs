import { isIPv4 } from 'node:net';

const families = { inet: 2, inet6: 10 };

/**
 * One spelling for an address and port, however the address is written: an IPv4 address within IPv6 is that IPv4 address.
 * Throws TypeError where it is no IP address.
 * @param {{ address: string; port: number }} peer
 */
export function peerName({ address, port }) {
  if (isIPv4(address)) return `${address}:${port}`;
  const bare = address.replace(/%.*$/, '');
  const { hostname } = new URL(`http://[${bare}]`);
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname);
  if (!mapped) return `${hostname}:${port}`;
  const [high, low] = [parseInt(mapped[1] ?? '', 16), parseInt(mapped[2] ?? '', 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}:${port}`;
}

/** The same of a `struct sockaddr` of the kernel; null for what is not IP. @param {Buffer} bytes of at least 28 bytes */
export function peerOfSocketAddress(bytes) {
  const family = bytes.readUInt16LE(0);
  const port = bytes.readUInt16BE(2);
  if (family === families.inet) return peerName({ address: bytes.subarray(4, 8).join('.'), port });
  if (family !== families.inet6) return null;
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(8 + 2 * i).toString(16));
  return peerName({ address: groups.join(':'), port });
}

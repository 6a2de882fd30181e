import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Problem } from '@/lib/model/problem';

/** All addresses of a URL's host, asked of the system's resolver now. Throws a Problem if there are none. */
export async function addressesOf(url: string): Promise<string[]> {
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isIP(hostname)) return [hostname];
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch {
    throw new Problem('problems.no-address', { host: hostname });
  }
}

/**
 * The IP ranges (CIDR) that together are everything but the given addresses, for k6's `--blacklist-ip`, so that a script
 * can load nothing else, whatever it names. Throws a Problem on what is no IP address.
 */
export function rangesExcept(addresses: readonly string[]): string[] {
  const wrong = addresses.find((address) => isIP(address) === 0);
  if (wrong !== undefined) throw new Problem('problems.no-ip-address', { address: wrong });
  return [
    ...rangesOf(addresses.filter((a) => isIP(a) === 4).map(bitsOfV4), 32),
    ...rangesOf(addresses.filter((a) => isIP(a) === 6).map(bitsOfV6), 128),
  ];
}

// Splits the address space in halves until a part holds none of the addresses, or is one of them.
function rangesOf(allowed: readonly bigint[], width: 32 | 128): string[] {
  const ranges: string[] = [];
  const split = (base: bigint, prefix: number, within: readonly bigint[]): void => {
    if (within.length === 0) {
      ranges.push(`${width === 32 ? textOfV4(base) : textOfV6(base)}/${prefix}`);
    } else if (prefix < width) {
      const half = 1n << BigInt(width - prefix - 1);
      split(
        base,
        prefix + 1,
        within.filter((address) => address < base + half),
      );
      split(
        base + half,
        prefix + 1,
        within.filter((address) => address >= base + half),
      );
    }
  };
  split(0n, 0, allowed);
  return ranges;
}

function bitsOfV4(address: string): bigint {
  return address.split('.').reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

function bitsOfV6(address: string): bigint {
  const bare = address.replace(/%.*$/, '').replace(/\d+\.\d+\.\d+\.\d+$/, (v4) => {
    const bits = bitsOfV4(v4);
    return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
  });
  const [head = '', tail] = bare.split('::');
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function textOfV4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
}

function textOfV6(bits: bigint): string {
  return Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(
    ':',
  );
}

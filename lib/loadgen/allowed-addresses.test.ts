import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { propertyRuns } from '@/scripts/test/property-runs';
import { describe, expect, it } from 'vitest';
import { addressesOf, rangesExcept } from './allowed-addresses';
import { Problem } from '@/lib/model/problem';

/** As Go's IPNet.Contains, and so k6, sees it: a range holds addresses of its own family only. */
function isWithin(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/');
    if (isIP(net) === isIP(address)) list.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4');
  }
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

describe('rangesExcept', () => {
  it('holds every address but the given ones', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 3 }), fc.ipV4(), (allowed, v4) => {
        const ranges = rangesExcept(allowed);
        for (const address of allowed) expect(isWithin(address, ranges)).toBe(false);
        expect(isWithin(v4, ranges)).toBe(!allowed.includes(v4));
        expect(isWithin('2001:db8::1', ranges)).toBe(true);
      }),
      { numRuns: propertyRuns(50) },
    );
  });

  it('knows the forms of IPv6', () => {
    for (const allowed of ['::1', 'fe80::1', '2001:db8:0:0:1::', '1:2:3:4:5:6:7:8']) {
      const ranges = rangesExcept([allowed]);
      expect(ranges).toHaveLength(1 + 128);
      expect(isWithin('2001:db8::dead', ranges)).toBe(true);
      expect(isWithin('8.8.8.8', ranges)).toBe(true);
      expect(isWithin(allowed, ranges)).toBe(false);
    }
  });

  it('of nothing is everything, and a name is no address', () => {
    expect(rangesExcept([])).toEqual(['0.0.0.0/0', '0:0:0:0:0:0:0:0/0']);
    expect(() => rangesExcept(['example.com'])).toThrow(Problem);
  });

  it('takes the addresses from a URL', async () => {
    expect(await addressesOf('http://127.0.0.1:8080/x')).toEqual(['127.0.0.1']);
    expect(await addressesOf('http://[::1]:8080')).toEqual(['::1']);
    expect(await addressesOf('http://localhost:1')).toContain('127.0.0.1');
  });
});

import { describe, expect, it } from 'vitest';
import { peersOf, relayAddresses } from './plan';

describe('whom a load may connect to', () => {
  it.each([
    ['http://10.1.2.3/', [{ address: '10.1.2.3', port: 80 }]],
    ['https://10.1.2.3', [{ address: '10.1.2.3', port: 443 }]],
    ['http://10.1.2.3:8080/path', [{ address: '10.1.2.3', port: 8080 }]],
  ])('is the service alone where an address names it: %s', (url, peers) => {
    expect(peersOf(url, ['10.1.2.3'], ['192.0.2.53'])).toEqual(peers);
  });

  it('is the name servers too where a name does', () => {
    const servers = ['192.0.2.53', '192.0.2.54:5353', '2001:db8::52', '[2001:db8::53]:5353'];
    expect(peersOf('https://gateway.example:8443', ['10.1.2.3', '10.1.2.4'], servers)).toEqual([
      { address: '10.1.2.3', port: 8443 },
      { address: '10.1.2.4', port: 8443 },
      { address: '192.0.2.53', port: 53 },
      { address: '192.0.2.54', port: 5353 },
      { address: '2001:db8::52', port: 53 },
      { address: '2001:db8::53', port: 5353 },
    ]);
    expect(peersOf('http://localhost:80', ['127.0.0.1'], servers)).toEqual([
      { address: '127.0.0.1', port: 80 },
    ]);
    expect(peersOf('http://[::1]:8080', ['::1'], servers)).toEqual([{ address: '::1', port: 8080 }]);
  });
});

describe('where metrics go', () => {
  it('is none of the service’s addresses', () => {
    expect(relayAddresses(['192.0.2.1'])[0]).toBe('127.0.0.1');
    for (const own of [['127.0.0.1'], ['127.0.0.1', '::1'], ['127.0.0.2', '::1']])
      expect(relayAddresses(own).filter((address) => own.includes(address))).toEqual([]);
  });
});

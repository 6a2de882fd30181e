import { expect, it } from 'vitest';
import { type GatewayService } from './gateway-clusters';
import { RequestRates } from './request-rates';

const shop = (...revisions: string[]): GatewayService => ({
  name: 'shop',
  namespace: 'prod',
  host: null,
  cluster: null,
  revisions: new Set(revisions),
});

it('makes requests/s of what a gateway counted, each second, by revision', () => {
  const rates = new RequestRates();
  const one = shop('shop-1', 'shop-2');
  expect(rates.take({ 'shop-1': 1000 }, 0, one)).toBeNull();
  // Asked more often than once a second it waits for the second to end.
  expect(rates.take({ 'shop-1': 1010 }, 400, one)).toBeNull();
  // Envoy does not tell of a cluster that was never used: its first requests are of this second.
  expect(rates.take({ 'shop-1': 1030, 'shop-2': 5 }, 1000, one)).toEqual({ 'shop-1': 30, 'shop-2': 5 });
  expect(rates.take({ 'shop-1': 1030, 'shop-2': 25 }, 3000, one)).toEqual({ 'shop-1': 0, 'shop-2': 10 });
});

it('makes none of what was counted before a revision was known, of a gateway that counts anew, or over a gap', () => {
  const rates = new RequestRates();
  expect(rates.take({ 'shop-1': 10 }, 0, shop('shop-1'))).toBeNull();
  const both = shop('shop-1', 'shop-blue');
  expect(rates.take({ 'shop-1': 20, 'shop-blue': 9000 }, 1000, both)).toEqual({ 'shop-1': 10 });
  expect(rates.take({ 'shop-1': 20, 'shop-blue': 9007 }, 2000, both)).toEqual({
    'shop-1': 0,
    'shop-blue': 7,
  });
  expect(rates.take({ 'shop-1': 3, 'shop-blue': 1 }, 3000, both)).toBeNull();
  expect(rates.take({ 'shop-1': 5, 'shop-blue': 2 }, 4000, both)).toEqual({ 'shop-1': 2, 'shop-blue': 1 });
  rates.interrupt();
  expect(rates.take({ 'shop-1': 5000 }, 60_000, both)).toBeNull();
});

import { expect, it } from 'vitest';
import { HostCounts, readHosts } from './host-counts';

const shop = {
  ...{ name: 'shop', namespace: 'prod', host: null, cluster: null },
  revisions: new Set(['shop-00001', 'shop-00002']),
};
const page = (totals: Record<string, number>): string =>
  Object.entries(totals)
    .map(([host, total]) => `${host}::rq_active::1\n${host}::rq_total::${total}\n`)
    .join('prod/shop-00001::default_priority::max_requests::1024\n');

it('reads what each host of the service’s revisions was sent, and sees where the filter was passed over', () => {
  const own = {
    'prod/shop-00001::10.0.0.1:8012': 3,
    'outbound|80||shop-00002.prod.svc.cluster.local::[fd00::1]:80': 5,
  };
  const { hosts, isWhole } = readHosts(page({ ...own, 'test/shop-00001::10.0.0.1:8012': 9 }), shop);
  expect([...hosts.values()]).toEqual([
    { revision: 'shop-00001', total: 3 },
    { revision: 'shop-00002', total: 5 },
  ]);
  expect(isWhole).toBe(false);
  expect(readHosts(page({ ...own, 'prod/cart-00001::10.0.0.9:80': 9 }), shop).isWhole).toBe(true);
});

it('counts on by hosts from what the counters said, new ones from 0, until one is gone or time is up', () => {
  const read = (totals: Record<string, number>) => readHosts(page(totals), shop);
  const [a, b, c] = ['a', 'b', 'c'].map((pod) => `prod/shop-00001::${pod}:80`) as [string, string, string];
  const counts = new HostCounts();
  expect(counts.count(read({ [a]: 3 }), 0)).toBeNull();
  // More were sent before, to hosts that are gone.
  counts.countFrom({ 'shop-00001': 100 }, read({ [a]: 3, [b]: 7 }), 0);
  expect(counts.count(read({ [a]: 5, [b]: 8 }), 1000)).toEqual({ 'shop-00001': 100 + 2 + 1 });
  expect(counts.count(read({ [a]: 5, [b]: 8, [c]: 4 }), 2000)).toEqual({ 'shop-00001': 103 + 4 });
  expect(counts.count(read({ [a]: 6, [c]: 5 }), 3000)).toBeNull();
  counts.countFrom({ 'shop-00001': 112 }, read({ [a]: 6, [c]: 5 }), 3000);
  expect(counts.count(read({ [a]: 6, [c]: 6 }), 4000)).toEqual({ 'shop-00001': 113 });
  // One that was begun anew counts from 0, too.
  expect(counts.count(read({ [a]: 0, [c]: 6 }), 5000)).toBeNull();
  counts.countFrom({ 'shop-00001': 113 }, read({ [a]: 0, [c]: 6 }), 5000);
  expect(counts.count(read({ [a]: 0, [c]: 6 }), 120_000)).toBeNull();
});

it('counts nothing by hosts where a revision has none that is known', () => {
  const totals = readHosts(page({ 'prod/shop-00001::a:80': 3 }), shop);
  const counts = new HostCounts();
  counts.countFrom({ 'shop-00001': 3, 'shop-00002': 9 }, totals, 0);
  expect(counts.count(totals, 1000)).toBeNull();
  counts.countFrom(undefined, totals, 0);
  expect(counts.count(totals, 1000)).toBeNull();
});

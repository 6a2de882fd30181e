// Trends of plain numbers: below zero, zero, fractions, large ones, one value alone, and equal ones.
import http from 'k6/http';
import { Trend } from 'k6/metrics';
const below = new Trend('below');
const zeros = new Trend('zeros');
const large = new Trend('large');
const alone = new Trend('alone');
const same = new Trend('same');
const lag = new Trend('lag', true);
const all = ['min', 'avg', 'med', 'max', 'p(75)', 'p(99.9)'];
const around = (...limits) => all.flatMap((method) => limits.map((limit) => `${method}${limit}`));
export const options = {
  vus: 1,
  iterations: 40,
  thresholds: {
    below: around('<0', '>-10', '<=5', '>=-10'),
    zeros: around('==0', '>0', '<1'),
    large: around('>1e6', '<1e9', '<1e12', '>0x1p20'),
    alone: around('==7.25', '<7.25', '>7'),
    same: around('==3', '<3', '>=3', '<4'),
    lag: around('<100', '<250.5', '>100'),
  },
};
export default function () {
  http.get(`${__ENV.TARGET_URL}/?ms=3`);
  below.add((__ITER % 20) - 10);
  zeros.add(0);
  large.add(1e6 * (1 + __ITER * __ITER));
  if (__ITER === 0) alone.add(7.25);
  same.add(3);
  lag.add(100 + __ITER * 5);
}

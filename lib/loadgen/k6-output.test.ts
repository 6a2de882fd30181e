import { expect, it } from 'vitest';
import { K6Output } from './k6-output';

// As k6 v1.8.1 wrote it, of two scenarios with setup and a script's own handleSummary; its empty lines are left out.
const written = `         /\\      Grafana   /‾‾/
    /\\  /  \\     |\\  __   /  /
     execution: local
        script: c.js
        output: -
     scenarios: (100.00%) 2 scenarios, 8 max VUs, 32s max duration (incl. graceful stop):
              * a: 5 looping VUs for 1s (gracefulStop: 5s)
              * b_e: Up to 10.00 iterations/s for 2s over 1 stages (maxVUs: 2-3, gracefulStop: 30s)
Run    [ 100% ] setup()
a      [   0% ]
b_e    [   0% ]
running (03.0s), 8/8 VUs, 0 complete and 0 interrupted iterations
a    ↓ [ 100% ] 5 VUs    1s
b_e    [  51% ] 3/3 VUs  1.0s/2s  07.58 iters/s
running (mine
own [ 1% ] text
running (01m06.7s), 0/8 VUs, 10 complete and 5 interrupted iterations
a    ✓ [ 100% ] 5 VUs    1s
b_e  ✓ [ 100% ] 0/3 VUs  2s  09.87 iters/s`;

it('keeps the summary, and of the progress the iterations that were interrupted', () => {
  const output = new K6Output();
  const kept = written.split('\n').flatMap((line) => output.take(line) ?? []);
  expect(kept).toEqual(['running (mine', 'own [ 1% ] text']);
  expect(output.iterations).toEqual({ complete: 10, interrupted: 5 });
});

it('knows nothing of iterations before k6 says so', () => {
  const output = new K6Output();
  expect(output.take('     execution: local')).toBeNull();
  expect(output.iterations).toBeNull();
});

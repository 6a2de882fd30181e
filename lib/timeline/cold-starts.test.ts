import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundedBy, cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { coldStartsOf } from './cold-starts';
import { type PodStep } from './pods';

/** Of each second whether a pod is ready in it, and when requests come in it, in ms. */
const seconds = fc.array(
  fc.record({
    hasPod: fc.boolean(),
    comeMs: fc.array(fc.integer({ min: 50, max: 400 }), { maxLength: 3 }),
  }),
  { minLength: 2, maxLength: 20 },
);

interface Request {
  comesMs: number;
  /** Infinity: no pod became ready for it. */
  endsMs: number;
}

/** Each is answered 60 ms after a pod is ready for it. */
function requestsOf(made: readonly { hasPod: boolean; comeMs: number[] }[]): Request[] {
  return made.flatMap(({ comeMs }, i) =>
    comeMs.map((ms) => {
      const ready = made.findIndex(({ hasPod }, at) => at >= i && hasPod);
      const comesMs = i * 1000 + ms;
      return { comesMs, endsMs: ready < 0 ? Infinity : Math.max(comesMs, ready * 1000) + 60 };
    }),
  );
}

const tookMs = ({ comesMs, endsMs }: Request): number => endsMs - comesMs;

it('tells the cold starts that single requests met: how many there were, who waited, and where the slowest lies', () => {
  fc.assert(
    fc.property(seconds, fc.boolean(), (made, knowsMost) => {
      const requests = requestsOf(made);
      const ended = requests.filter(({ endsMs }) => endsMs < Infinity);
      const longestMs = Math.max(0, ...ended.map(tookMs));
      const found = coldStartsOf({
        steps: made.map(({ hasPod }, i): PodStep => ({
          atMs: i * 1000,
          pending: 0,
          starting: 0,
          ready: hasPod ? 1 : 0,
          terminating: 0,
        })),
        samples: made.map((_, i) => ({
          id: i,
          atMs: (i + 1) * 1000,
          source: 'gateway' as const,
          active: null,
          waiting: null,
          total: requests.filter(({ comesMs, endsMs }) => comesMs < (i + 1) * 1000 && endsMs > i * 1000)
            .length,
          instant: false,
        })),
        seconds: made.map((_, i) => ({
          fromMs: i * 1000,
          toMs: (i + 1) * 1000,
          histogram: boundedBy(
            mergeHistograms(
              ended
                .filter(({ endsMs }) => endsMs > i * 1000 && endsMs <= (i + 1) * 1000)
                .map((one) => tookMs(one) / 1000)
                .map((sum) => ({ ...emptyHistogram(3), count: 1, sum, cells: [[cellIndexOf(3, sum), 1]] })),
            ),
            knowsMost && longestMs > 0 ? longestMs / 1000 : null,
          ),
        })),
        load: { fromMs: 0, toMs: made.length * 1000 },
        unknown: [],
      });
      // Second by second: a time without a pod in which somebody came.
      const expected: { atMs: number; readyMs: number | null; waited: Request[] }[] = [];
      for (let i = 0; i < made.length; i++) {
        if (made[i]!.hasPod) continue;
        let end = i;
        while (end < made.length && !made[end]!.hasPod) end++;
        const waited = requests.filter(({ comesMs }) => comesMs >= i * 1000 && comesMs < end * 1000);
        if (waited.length > 0)
          expected.push({
            atMs: Math.floor(Math.min(...waited.map(({ comesMs }) => comesMs)) / 1000) * 1000,
            readyMs: end < made.length ? end * 1000 : null,
            waited,
          });
        i = end;
      }
      expect(found.map(({ atMs, readyMs }) => ({ atMs, readyMs }))).toEqual(
        expected.map(({ atMs, readyMs }) => ({ atMs, readyMs })),
      );
      for (const [i, { requests: count, slowest }] of found.entries()) {
        const { waited, readyMs } = expected[i]!;
        if (readyMs === null) continue;
        expect(count).toBe(waited.length);
        const slowestMs = Math.max(...waited.map(tookMs));
        expect(slowest!.leastMs).toBeLessThanOrEqual(slowestMs * (1 + 1e-9));
        expect(slowest!.mostMs).toBeGreaterThanOrEqual(slowestMs * (1 - 1e-9));
        // It is a fact where it is k6's own, and no other time had one as slow.
        if (slowest!.leastMs === slowest!.mostMs) expect(slowest!.mostMs).toBeCloseTo(slowestMs, 6);
        if (knowsMost && found.length === 1) expect(slowest!.leastMs).toBe(slowest!.mostMs);
      }
    }),
  );
});

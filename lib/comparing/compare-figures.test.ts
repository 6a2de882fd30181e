import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Run } from '@/lib/model/run';
import { anyRecording } from '@/lib/timeline/any-recording';
import { madeRecording } from '@/lib/timeline/made-recording';
import { comparedFigures } from './compare-figures';
import { partsOfRun } from './compare-run';
import { type FigureKey } from './comparison';

it('the peaks of a comparison are those of each pod and each second of the load', () => {
  fc.assert(
    fc.property(anyRecording, (one) => {
      const seconds = one.seconds!;
      const run = {
        loadStartMs: 0,
        loadEndMs: seconds * 1000,
        importedFrom: null,
        summary: null,
        figures: {},
      } as unknown as Run;
      const made = madeRecording(one);
      const [sample] = made.concurrency;
      made.concurrency.push({ ...sample!, id: 9001, atMs: (seconds + 2) * 1000, total: 500, waiting: 500 });
      const parts = partsOfRun(run, made);
      const figures = comparedFigures([parts], parts);
      const valueOf = (key: FigureKey): number | null =>
        figures.find((figure) => figure.key === key)!.values[0]!;
      const ends = Array.from({ length: seconds }, (_, i) => i + 1);
      expect(valueOf('peakInFlight')).toBe(Math.max(...ends.map(one.load!)));
      expect(valueOf('peakWaiting')).toBe(Math.max(...ends.map(one.waiting!)));
      const moments = one.pods!.flatMap(({ ready }) => (ready === null ? [] : [ready]));
      const readyAt = (ms: number): number =>
        one.pods!.filter(({ ready, ending = Infinity }) => ready !== null && ready <= ms && ms < ending)
          .length;
      const most = Math.max(0, ...moments.map(readyAt));
      expect(valueOf('peakReadyPods')).toBe(made.podEvents.length === 0 ? null : most);
    }),
  );
});

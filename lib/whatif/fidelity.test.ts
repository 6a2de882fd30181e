import { expect, it } from 'vitest';
import { type ReplayFigures } from './figures';
import { fidelityOf, replayFidelity, shownFigures } from './fidelity';

const figures = { peakReadyPods: 10, underCapacitySeconds: 7, maxWaitMs: 1320 } as ReplayFigures;
const observed = { readyPods: [1, 3, NaN, 10], waiting: [0, 4, 2, 0.01], longestWaitMs: 610 };

it('holds each figure that is shown against the run’s own', () => {
  expect(shownFigures(observed, { figures })).toEqual([
    { key: 'peakReadyPods', observed: 10, simulated: 10 },
    { key: 'underCapacitySeconds', observed: 2, simulated: 7 },
    { key: 'maxWaitMs', observed: 610, simulated: 1320 },
  ]);
  expect(shownFigures({ readyPods: [NaN], waiting: [NaN], longestWaitMs: null }, { figures })).toEqual([]);
});

it('a replay whose longest wait is twice the run’s does not follow it closely, however well its pods do', () => {
  const shown = shownFigures(observed, { figures });
  expect(replayFidelity({ readyPodsMeanAbsoluteError: 0.1 }, shown.slice(0, 1))).toBe('good');
  expect(replayFidelity({ readyPodsMeanAbsoluteError: 0.1 }, shown)).toBe('poor');
  expect(fidelityOf({ key: 'maxWaitMs', observed: 713.9, simulated: 1320 })).toBe('fair');
  expect(fidelityOf({ key: 'maxWaitMs', observed: 700, simulated: 780 })).toBe('good');
  expect(replayFidelity({ readyPodsMeanAbsoluteError: null }, [])).toBe('unknown');
});

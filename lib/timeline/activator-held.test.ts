import { expect, it } from 'vitest';
import { type ActivatorReport } from '@/lib/model/cluster-report';
import { activatorHeld, heldBy, heldTogether } from './activator-held';

const told = (atMs: number, revision: string, inFlight: number | null, more = {}): ActivatorReport => ({
  ...{ id: atMs, kind: 'activator', revision, inFlight, atMs, serverAtMs: null },
  ...more,
});

it('is kept by revision from the second on whose mean it is, not of a revision that never had anything there', () => {
  const held = activatorHeld([
    told(1000, 'a', 8),
    told(3000, 'b', 2),
    told(3000, 'c', 0),
    told(5000, 'a', null),
    told(7000, 'b', 0),
  ]);
  expect(held).toEqual([
    { revision: 'a', steps: [told(1000, 'a', 8), told(5000, 'a', null)].map(stepOf) },
    { revision: 'b', steps: [told(3000, 'b', 2), told(7000, 'b', 0)].map(stepOf) },
  ]);
  // What is not known of one is not zero, and takes nothing from what is known of the other.
  expect(heldTogether(held).map(({ inFlight }) => inFlight)).toEqual([8, 8 + 2, 2, 0]);
  expect(heldTogether(held.slice(0, 1))).toEqual(held[0]!.steps);
});

it('holds what a server scraped for as long as that says anything, from the second before it was scraped on', () => {
  const scraped = (atMs: number, inFlight: number) =>
    told(40_000, 'a', inFlight, { serverAtMs: atMs, heldMs: 2500 });
  const [{ steps } = { steps: [] }] = activatorHeld([scraped(1000, 3), scraped(3000, 4), scraped(9000, 5)]);
  expect(steps).toEqual([
    { atMs: 0, inFlight: 3 },
    { atMs: 2000, inFlight: 4 },
    { atMs: 2000 + 2500, inFlight: null },
    { atMs: 8000, inFlight: 5 },
    { atMs: 8000 + 2500, inFlight: null },
  ]);
});

it('had been told of in a second that had ended where something was decided on it', () => {
  const [{ steps } = { steps: [] }] = activatorHeld([told(2000, 'a', 3), told(3000, 'a', 7)]);
  expect([1999, 2000, 2999, 3000].map((atMs) => heldBy(steps, atMs))).toEqual([null, 3, 3, 7]);
});

function stepOf({ atMs, inFlight }: ActivatorReport): { atMs: number; inFlight: number | null } {
  return { atMs: atMs - 1000, inFlight };
}

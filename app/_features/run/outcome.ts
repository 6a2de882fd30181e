import { type Correlation } from '@/lib/timeline/correlate';
import { type Words } from '@/lib/words/words';
import { type ScaleOutcome } from '@/lib/timeline/scale-event-rows';
import { type Tone } from '@/app/_ui/primitives/badge';

export const outcomeTones: Record<ScaleOutcome, Tone> = {
  matched: 'success',
  short: 'danger',
  missed: 'danger',
  superseded: 'neutral',
  met: 'neutral',
  unexpected: 'warning',
  reading: 'neutral',
  correction: 'neutral',
  lost: 'danger',
};

/** The outcome of the event with this id; null if there is none. */
export function outcomeOf(c: Correlation, id: string): ScaleOutcome | null {
  const match = c.matched.find(
    ({ expected, observed, further }) =>
      expected.id === id || observed.id === id || further.some((one) => one.id === id),
  );
  if (match) return match.reached === match.expected.to ? 'matched' : 'short';
  const has = (events: readonly { id: string }[]): boolean => events.some((event) => event.id === id);
  if (has(c.missed)) return 'missed';
  if (has(c.superseded)) return 'superseded';
  if (has(c.met)) return 'met';
  if (has(c.corrections)) return 'correction';
  if (has(c.otherReadings)) return 'reading';
  if (has(c.losses)) return 'lost';
  return has(c.unexpected) ? 'unexpected' : null;
}

export function outcomeWord(t: Words, outcome: ScaleOutcome): string {
  return outcome === 'short' || outcome === 'reading' || outcome === 'correction' || outcome === 'lost'
    ? t(`review.outcome.${outcome}`)
    : t(`events.${outcome}`);
}

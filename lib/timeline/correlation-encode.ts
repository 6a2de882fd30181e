import { z } from 'zod';
import { type Correlation } from './correlate';

const eventSchema = z.object({
  id: z.string(),
  atMs: z.number(),
  from: z.number(),
  to: z.number(),
  revision: z.string().optional(),
});
const expectedSchema = eventSchema.extend({ kind: z.literal('expected'), decisionId: z.number() });
const observedSchema = eventSchema.extend({
  kind: z.literal('observed'),
  readyMs: z.array(z.number()),
  completeMs: z.number().nullable(),
});

/** A correlation without its pods; where it names a scale event again, the event's id stands in `ref`. */
export const packedCorrelationSchema = z.object({
  expected: z.array(expectedSchema),
  observed: z.array(observedSchema),
  rest: z.record(z.string(), z.unknown()),
});
export type PackedCorrelation = z.infer<typeof packedCorrelationSchema>;

/** The correlation in its packed form: its pods are made from the pod events, which a page has. */
export function packCorrelation({
  pods: _pods,
  expected,
  observed,
  ...rest
}: Correlation): PackedCorrelation {
  const isEvent = (value: object): value is { id: string } =>
    'kind' in value && (value.kind === 'expected' || value.kind === 'observed');
  return {
    expected,
    observed,
    rest: mapObjects(rest, (value) => (isEvent(value) ? { ref: value.id } : null)) as Record<string, unknown>,
  };
}

/**
 * The correlation of a packed form, without its pods; each event is one object wherever it is named. What was packed is
 * taken over, not copied.
 */
export function unpackCorrelation({
  expected,
  observed,
  rest,
}: PackedCorrelation): Omit<Correlation, 'pods'> {
  const events = new Map<unknown, object>([...expected, ...observed].map((event) => [event.id, event]));
  linkEvents(rest, events);
  return { ...(rest as Omit<Correlation, 'expected' | 'observed' | 'pods'>), expected, observed };
}

/** Puts the events themselves where plain data names them; null where there is no such event. */
function linkEvents(value: object, events: ReadonlyMap<unknown, object>): void {
  const holder = value as Record<string, unknown>;
  for (const key in holder) {
    const item = holder[key];
    if (typeof item !== 'object' || item === null) continue;
    if ('ref' in item) holder[key] = events.get(item.ref) ?? null;
    else linkEvents(item, events);
  }
}

/** A copy of plain data in which each object that `replace` answers for is replaced. */
function mapObjects(value: unknown, replace: (value: object) => object | null): unknown {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return (
    replace(value) ??
    Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapObjects(item, replace)]))
  );
}

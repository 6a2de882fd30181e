import { z } from 'zod';
import { logLineSchema, recordingSchema } from '@/lib/model/recording';
import { runSchema } from '@/lib/model/run';
import { packedCorrelationSchema } from '@/lib/timeline/correlation-encode';
import { distributionSchema } from '@/lib/timeline/distribution';
import { k6MetricsSchema } from '@/lib/timeline/k6-metrics';
import { packedOverviewSchema } from '@/lib/timeline/overview-encode';

/** The names and words that Scaletrace itself puts into an answer: nobody's secret, and the shape of what is answered. */
export type OwnWords = ReadonlySet<string>;

const known = new WeakMap<z.ZodType, OwnWords>();

/** The names of fields and the enumerated words of a shape. */
export function ownWordsOf(schema: z.ZodType): OwnWords {
  const before = known.get(schema);
  if (before) return before;
  const words = new Set<string>();
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(walk);
    if (typeof part !== 'object' || part === null) return;
    const { properties, const: word, enum: list } = part as Record<string, unknown>;
    if (typeof properties === 'object' && properties !== null)
      Object.keys(properties).forEach((name) => words.add(name));
    for (const one of [word, ...(Array.isArray(list) ? (list as unknown[]) : [])])
      if (typeof one === 'string') words.add(one);
    Object.values(part).forEach(walk);
  };
  walk(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }));
  known.set(schema, words);
  return words;
}

const ofRun = z.object({
  run: runSchema,
  recording: recordingSchema,
  overview: packedOverviewSchema,
  correlation: packedCorrelationSchema,
  distribution: distributionSchema,
  metrics: k6MetricsSchema,
  lines: z.array(logLineSchema),
  cursor: z.string(),
});

/** Those of all that a run's page reads of its run. */
export function ownWordsOfRun(): OwnWords {
  return ownWordsOf(ofRun);
}

import { z } from 'zod';
import { type Store } from './client';

const days = z
  .number('a number of days')
  .int('whole days')
  .min(1, 'at least 1 day')
  .max(3650, 'at most 3650 days');

/** What becomes of old runs; null: nothing of this kind. */
export const retentionSchema = z
  .strictObject({
    /** Recordings older than this are merged into steps of this length. */
    thin: z
      .strictObject({
        afterDays: days,
        stepSeconds: z
          .number('a number of seconds')
          .int('whole seconds')
          .min(2, 'at least 2 seconds')
          .max(600, 'at most 600 seconds'),
      })
      .nullable(),
    /** Runs older than this are removed for good. */
    remove: z.strictObject({ afterDays: days }).nullable(),
  })
  .refine(({ thin, remove }) => !thin || !remove || remove.afterDays > thin.afterDays, {
    path: ['remove', 'afterDays'],
    message: 'more days than thinning, which would else do nothing',
  });
export type Retention = z.infer<typeof retentionSchema>;

export interface Settings {
  retention: Retention;
}

/** How each setting is checked, and what it is until someone sets it. */
const settings: { [K in keyof Settings]: { schema: z.ZodType<Settings[K]>; initial: Settings[K] } } = {
  retention: { schema: retentionSchema, initial: { thin: null, remove: null } },
};

/** A setting as it was saved last; its initial value until then, and where an older Scaletrace left another form. */
export async function readSetting<K extends keyof Settings>(store: Store, key: K): Promise<Settings[K]> {
  const row = await store.setting.findUnique({ where: { key } });
  const { schema, initial } = settings[key];
  if (!row) return initial;
  const saved = schema.safeParse(JSON.parse(row.valueJson));
  return saved.success ? saved.data : initial;
}

/** Saves a setting. `nowMs`: Unix ms. */
export async function writeSetting<K extends keyof Settings>(
  store: Store,
  key: K,
  value: Settings[K],
  nowMs: number,
): Promise<void> {
  const data = { valueJson: JSON.stringify(value), updatedAtMs: nowMs };
  await store.setting.upsert({ where: { key }, update: data, create: { key, ...data } });
}

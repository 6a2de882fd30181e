import { z } from 'zod';
import { code } from '@/lib/model/message';
import { type Store } from './client';

const days = z
  .number(code('validation.days'))
  .int(code('validation.whole-days'))
  .min(1, code('validation.at-least-days'))
  .max(3650, code('validation.at-most-days'));

/** What becomes of old runs; null: nothing of this kind. */
export const retentionSchema = z
  .strictObject({
    /** Recordings older than this are merged into steps of this length. */
    thin: z
      .strictObject({
        afterDays: days,
        stepSeconds: z
          .number(code('validation.seconds'))
          .int(code('validation.whole-seconds'))
          .min(2, code('validation.at-least-seconds'))
          .max(600, code('validation.at-most-seconds')),
      })
      .nullable(),
    /** Runs older than this are removed for good. */
    remove: z.strictObject({ afterDays: days }).nullable(),
  })
  .refine(({ thin, remove }) => !thin || !remove || remove.afterDays > thin.afterDays, {
    path: ['remove', 'afterDays'],
    error: code('validation.more-days-than-thinning'),
  });
export type Retention = z.infer<typeof retentionSchema>;

/** How long what is watched without a load is kept. */
export const boardSchema = z.strictObject({
  keepHours: z
    .number(code('validation.hours'))
    .int(code('validation.whole-hours'))
    .min(1, code('validation.at-least-hours'))
    .max(720, code('validation.at-most-hours')),
});

export interface Settings {
  retention: Retention;
  board: z.infer<typeof boardSchema>;
}

/** How each setting is checked, and what it is until someone sets it. */
const settings: { [K in keyof Settings]: { schema: z.ZodType<Settings[K]>; initial: Settings[K] } } = {
  retention: { schema: retentionSchema, initial: { thin: null, remove: null } },
  board: { schema: boardSchema, initial: { keepHours: 24 } },
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

import { z } from 'zod';
import { retentionSchema, type Retention } from '@/lib/store/settings';
import { sendJson } from './http';

const effectSchema = z.object({ thin: z.number(), remove: z.number(), kept: z.number() });
/** How many runs a retention changes, and how many old ones it keeps. */
export type RetentionEffect = z.infer<typeof effectSchema>;

const answer = z.object({ retention: retentionSchema });

export async function saveRetention(retention: Retention): Promise<Retention> {
  return (await sendJson('PUT', '/api/settings/retention', retention, answer)).retention;
}

/** What a retention would do now. Throws ApiProblem naming the wrong field. */
export async function previewRetention(retention: Retention): Promise<RetentionEffect> {
  return sendJson('POST', '/api/settings/retention/preview', retention, effectSchema);
}

/** Applies the saved retention now. */
export async function runRetention(): Promise<RetentionEffect> {
  return sendJson('POST', '/api/settings/retention/run', undefined, effectSchema);
}

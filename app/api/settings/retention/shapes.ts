import { z } from 'zod';
import { retentionSchema } from '@/lib/store/settings';

export const retentionAnswerSchema = z.object({ retention: retentionSchema });

/** How many runs a retention changes; `kept`: old enough, but pinned, a baseline or imported. */
export const retentionEffectSchema = z.object({
  thin: z.number().int(),
  remove: z.number().int(),
  kept: z.number().int(),
});

import { z } from 'zod';
import { shareLinkSchema } from '@/lib/model/share-link';

const id = z.string().min(1).max(100);

export const sharesQuerySchema = z.object({
  runs: z
    .string({ error: 'name the run, as in runs=ID, or the runs of a comparison' })
    .transform((text) => [...new Set(text.split(',').filter((part) => part !== ''))])
    .pipe(z.array(id).min(1, 'name at least one run').max(6, 'name at most 6 runs')),
});
export const sharesAnswerSchema = z.object({ shares: z.array(shareLinkSchema) });
export const shareAnswerSchema = z.object({ share: shareLinkSchema });

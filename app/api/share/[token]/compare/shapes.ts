import { z } from 'zod';

/** Which run the others are held against, by its place. `runs` is what the page says anyway; the link decides. */
export const sharedCompareQuerySchema = z.object({
  runs: z.string().max(200).optional(),
  base: z.string().max(3).optional(),
});

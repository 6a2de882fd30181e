import { z } from 'zod';

/** The runs that one request changes. */
const idsSchema = z
  .array(z.string().min(1).max(100))
  .min(1, 'name at least one run')
  .max(500, 'at most 500 runs at once');
export const bulkSchema = z.strictObject({ ids: idsSchema });
/** The runs that were changed: those that exist and may be. */
export const changedSchema = z.object({ ids: z.array(z.string()) });

export const tagSchema = z
  .string()
  .trim()
  .min(1, 'a tag has at least one character')
  .max(50, 'a tag has at most 50 characters');
export const bulkTagsSchema = z.strictObject({
  ids: idsSchema,
  add: z.array(tagSchema).max(20).default([]),
  remove: z.array(tagSchema).max(20).default([]),
});
export const tagsInUseSchema = z.object({ tags: z.array(z.string()) });

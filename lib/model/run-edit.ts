import { z } from 'zod';

/** The runs that one request changes. */
export const runIdsSchema = z
  .array(z.string().min(1).max(100))
  .min(1, 'name at least one run')
  .max(500, 'at most 500 runs at once');

const tagSchema = z
  .string()
  .trim()
  .min(1, 'a tag has at least one character')
  .max(50, 'a tag has at most 50 characters');

/** What a user may change of a run. */
export const editRunSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'a name has at least one character')
    .max(200, 'a name has at most 200 characters')
    .optional(),
  notes: z.string().max(20_000, 'notes have at most 20,000 characters').optional(),
  pinned: z.boolean().optional(),
  tags: z.array(tagSchema).max(20, 'a run has at most 20 tags').optional(),
});

/** Tags that many runs get, and those that they lose. */
export const tagRunsSchema = z.strictObject({
  ids: runIdsSchema,
  add: z.array(tagSchema).max(20).default([]),
  remove: z.array(tagSchema).max(20).default([]),
});

import { z } from 'zod';
import { code } from './message';

/** The runs that one request changes. */
export const runIdsSchema = z
  .array(z.string().min(1).max(100))
  .min(1, code('validation.no-runs'))
  .max(500, code('validation.too-many-runs'));

const tagSchema = z
  .string()
  .trim()
  .min(1, code('validation.tag-empty'))
  .max(50, code('validation.tag-too-long'));

/** What a user may change of a run. */
export const editRunSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, code('validation.name-empty'))
    .max(200, code('validation.name-too-long'))
    .optional(),
  notes: z.string().max(20_000, code('validation.notes-too-long')).optional(),
  pinned: z.boolean().optional(),
  tags: z.array(tagSchema).max(20, code('validation.run-has-too-many-tags')).optional(),
});

/** Tags that many runs get, and those that they lose. */
export const tagRunsSchema = z.strictObject({
  ids: runIdsSchema,
  add: z.array(tagSchema).max(20).default([]),
  remove: z.array(tagSchema).max(20).default([]),
});

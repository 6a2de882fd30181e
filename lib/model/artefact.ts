import { z } from 'zod';

/** A file that a run's script made in its `handleSummary`. */
export const artefactSchema = z.object({
  name: z.string(),
  bytes: z.number().int(),
  /** False: it was beyond what is kept of a run, and is gone. */
  kept: z.boolean(),
});
export type Artefact = z.infer<typeof artefactSchema>;

/** What is kept of a run's files: the first by name, as far as they fit. */
export const artefactLimits = { listed: 100, kept: 20, totalBytes: 10_000_000 };

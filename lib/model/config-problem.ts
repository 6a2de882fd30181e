import { z } from 'zod';

export const configProblemSchema = z.object({
  /** The annotation or ConfigMap key with its full name. */
  annotation: z.string(),
  message: z.string(),
  /** The text that was refused. */
  value: z.string(),
});
/** One setting that Knative's webhook would refuse, with Knative's meaning. */
export type ConfigProblem = z.infer<typeof configProblemSchema>;

import { z } from 'zod';
import { type Message } from './message';

/** One setting that Knative's webhook would refuse, with Knative's meaning. */
export interface ConfigRefusal extends Message {
  /** The annotation or ConfigMap key with its full name. */
  annotation: string;
  /** The text that was refused. */
  value: string;
}

export const configProblemSchema = z.object({
  annotation: z.string(),
  /** English. */
  message: z.string(),
  value: z.string(),
  /** The message's code in `messages/` and its data; absent in runs of an older Scaletrace. */
  code: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
/** A refused setting as it is sent and kept. */
export type ConfigProblem = z.infer<typeof configProblemSchema>;

import { z } from 'zod';
import { code } from './message';
import { scriptFilesInput, scriptFilesShape } from './script-files';

export const scriptNameSchema = z.string().regex(/^[\w .-]{1,100}$/, code('validation.script-name'));
export const saveScriptSchema = z.strictObject({
  body: z.string().min(1, code('validation.script-empty')).max(1_000_000),
  ...scriptFilesInput,
});
export const renameScriptSchema = z.strictObject({ name: scriptNameSchema });
export const checkScriptSchema = z.strictObject({
  scriptName: z.string().min(1).max(200),
  scriptText: z.string().max(1_000_000),
  env: z.record(z.string(), z.string().max(4000)).default({}),
  ...scriptFilesInput,
});

/** A script that can be run: one that ships, or one of the user's. */
export const scriptSchema = z.object({
  name: z.string(),
  title: z.string(),
  question: z.string(),
  parameters: z.array(z.object({ name: z.string(), default: z.string(), description: z.string() })),
  body: z.string(),
  origin: z.enum(['shipped', 'saved']),
  /** The files beside its body, whose path is `entry`; none: it is one file. */
  ...scriptFilesShape,
});
export type Script = z.infer<typeof scriptSchema>;

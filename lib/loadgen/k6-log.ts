import { z } from 'zod';

const entrySchema = z.looseObject({ level: z.string(), msg: z.string() });

/** One line of k6's log as it writes it with `--log-format=json`; `text` is its message with its further fields. */
export function parseLogLine(line: string): { level: string; message: string; text: string } {
  let entry: z.infer<typeof entrySchema>;
  try {
    entry = entrySchema.parse(JSON.parse(line));
  } catch {
    // Go's runtime writes a crash as plain text.
    return { level: 'info', message: line, text: line };
  }
  const { level, msg, ...rest } = entry;
  const fields = Object.entries(rest)
    .filter(([name]) => name !== 'time' && name !== 'source')
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return { level, message: msg, text: msg + fields.join('') };
}

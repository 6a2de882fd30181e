import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from '@/lib/environment/paths';

/** Scaletrace's own version, from package.json. */
export const scaletraceVersion: string = z
  .object({ version: z.string() })
  .parse(
    JSON.parse(readFileSync(join(/* turbopackIgnore: true */ projectRoot(), 'package.json'), 'utf8')),
  ).version;

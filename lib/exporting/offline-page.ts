import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectRoot } from '@/lib/environment/paths';

const pageSchema = z.object({ script: z.string().min(1), style: z.string().min(1) });
export type OfflinePage = z.infer<typeof pageSchema>;
let page: Promise<OfflinePage> | null = null;

/** Script and style of the page that an HTML export carries: bundled at first use, then kept; in development always anew. */
export function offlinePage(): Promise<OfflinePage> {
  if (page && process.env.NODE_ENV !== 'development') return page;
  const made = bundle();
  page = made;
  made.catch(() => (page = null));
  return made;
}

async function bundle(): Promise<OfflinePage> {
  const script = join(/* turbopackIgnore: true */ projectRoot(), 'scripts/offline/build.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    maxBuffer: 64_000_000,
    cwd: projectRoot(),
  });
  return pageSchema.parse(JSON.parse(stdout));
}

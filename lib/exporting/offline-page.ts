import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectRoot } from '@/lib/environment/paths';

const pageSchema = z.object({ script: z.string().min(1), style: z.string().min(1) });
export type OfflinePage = z.infer<typeof pageSchema>;
let page: Promise<OfflinePage> | null = null;

/**
 * Script and style of the page that an HTML export carries: as the image's build left it, which has none of what bundles;
 * else bundled at first use, then kept; in development always anew.
 */
export function offlinePage(): Promise<OfflinePage> {
  const developing = process.env.NODE_ENV === 'development';
  if (page && !developing) return page;
  const made = developing ? bundle() : asBuilt().then((built) => built ?? bundle());
  page = made;
  made.catch(() => (page = null));
  return made;
}

async function asBuilt(): Promise<OfflinePage | null> {
  // Where deploy/Containerfile writes it.
  const file = join(/* turbopackIgnore: true */ projectRoot(), '.next/offline-page.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : pageSchema.parse(JSON.parse(text));
}

async function bundle(): Promise<OfflinePage> {
  const script = join(/* turbopackIgnore: true */ projectRoot(), 'scripts/offline/build.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    maxBuffer: 64_000_000,
    cwd: projectRoot(),
  });
  return pageSchema.parse(JSON.parse(stdout));
}

import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { artefactLimits } from '@/lib/model/artefact';
import { naturalOrder } from '@/lib/model/natural-order';

/** A file that a script made; without its content where it is beyond the limits. */
export interface MadeFile {
  name: string;
  bytes: number;
  content: Buffer<ArrayBuffer> | null;
}

/** The files that a script's `handleSummary` made in its folder, by name. Only plain files: no link is followed. */
export async function collectArtefacts(folder: string): Promise<MadeFile[]> {
  const entries = await readdir(/* turbopackIgnore: true */ folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const made: MadeFile[] = [];
  let [kept, leftBytes] = [0, artefactLimits.totalBytes];
  for (const name of names.sort(naturalOrder).slice(0, artefactLimits.listed)) {
    const path = join(/* turbopackIgnore: true */ folder, name);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await file.stat();
      const fits = kept < artefactLimits.kept && size <= leftBytes;
      made.push({ name, bytes: size, content: fits ? Buffer.from(await file.readFile()) : null });
      if (!fits) continue;
      kept++;
      leftBytes -= size;
    } finally {
      await file.close();
    }
  }
  return made;
}

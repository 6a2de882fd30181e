// Lets the user that k6 runs as into its run's folder, and nobody else.
import { chownSync, lchownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** To be called by root. What of it may be written is Landlock's matter, as for any user. @param {string} folder @param {number} user its group has the same number */
export function giveFolder(folder, user) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    lchownSync(join(entry.parentPath, entry.name), user, user);
  chownSync(folder, user, user);
}

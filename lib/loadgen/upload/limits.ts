import { Problem } from '@/lib/model/problem';
import { scriptFileLimits } from '@/lib/model/script-files';

/** Throws a Problem where there are more files, or more of them, than a script may have. */
export function refuseTooMuch(files: number, bytes: number): void {
  if (files > scriptFileLimits.files)
    throw new Problem('problems.upload-count', { most: scriptFileLimits.files });
  if (bytes > scriptFileLimits.bytes)
    throw new Problem('problems.upload-bytes', { mebibytes: scriptFileLimits.bytes / 2 ** 20 });
}

import { writeFileSync } from 'node:fs';
import { UserError } from '@/lib/environment/user-error';

/** Writes a file that an option names. Throws a UserError that says which could not be written and why. */
export function writeOutput(file: string, content: string | Uint8Array, exitCode = 2): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new UserError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      exitCode,
    );
  }
}

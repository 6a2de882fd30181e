/** A file that cannot be imported: what is wrong, in which line, and what to do. */
export class ImportRefused extends Error {
  override name = 'ImportRefused';

  constructor(
    message: string,
    /** Counted from 1; null where the file as a whole is wrong. */
    readonly line: number | null = null,
  ) {
    super(message);
  }
}

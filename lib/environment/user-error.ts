/** An error whose message tells the user what to do: printed without a stack, and the program ends with its code. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** Prints why a program ends: the message alone where it says what to do. The exit code. */
export function reportError(error: unknown): number {
  console.error(error instanceof UserError ? `✗ ${error.message}` : error);
  return error instanceof UserError ? error.exitCode : 1;
}

/** 0: finished, thresholds met, no scale event late. */
export const exitCodes = { good: 0, failed: 1, usage: 2, unreachable: 3 } as const;

/** An error in words for the terminal, with the code that the program ends with. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly code: 1 | 2 | 3,
  ) {
    super(message);
  }
}

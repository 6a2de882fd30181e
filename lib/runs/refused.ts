const brand = Symbol.for('scaletrace.refused');

/** Input that a rule of ours refuses: which fields and what to do, for an answer in the 4xx range. */
export class Refused extends Error {
  readonly [brand] = true;

  constructor(
    readonly title: string,
    readonly errors: {
      path: string;
      message: string;
      line?: number | undefined;
      column?: number | undefined;
    }[],
    readonly status = 400,
  ) {
    super(errors.map((e) => e.message).join('; ') || title);
  }

  /** The run manager, made at the server's start, may come from another bundle than the route that asks, with its own copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** Input that a rule of ours refuses: which fields and what to do, for an answer in the 4xx range. */
export class Refused extends Error {
  constructor(
    readonly title: string,
    readonly errors: { path: string; message: string; line?: number | undefined; column?: number | undefined }[],
    readonly status = 400,
  ) {
    super(errors.map((e) => e.message).join('; ') || title);
  }
}

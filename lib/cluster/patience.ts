/** How long a question waits for its credentials, and what it is given up by. */
export interface Patience {
  ms: number;
  signal?: AbortSignal | undefined;
}
const patiences = new WeakMap<object, Patience>();

/** Options of a question (as the client library fills them) that waits no longer than this for its credentials. */
export function withPatience<T extends object>(options: T, patience: Patience): T {
  patiences.set(options, patience);
  return options;
}

/** How long they were said to wait; undefined: nothing was said. */
export function patienceOf(options: object): Patience | undefined {
  return patiences.get(options);
}

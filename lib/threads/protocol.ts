import { Problem, type FieldFault } from '@/lib/model/problem';
import { type ProblemCode } from '@/lib/model/problem-kinds';

/** What the main thread tells a thread: that it takes the next value, and what it was asked for of the source. */
export type ToThread = { next: true } | { chunk: Uint8Array } | { end: true } | { broken: string };

/** A Problem of a thread's: its class does not pass from one to the other. */
export interface Refusal {
  code: ProblemCode;
  data: unknown;
  status: number;
  errors: readonly FieldFault[];
}

export function refusalOf({ said, status, errors }: Problem): Refusal {
  return { code: said.code as ProblemCode, data: said.data, status, errors };
}

export function problemOf({ code, data, status, errors }: Refusal): Problem {
  return new Problem(code, data as never, { status, errors });
}

/** What a thread tells the main thread: a value, that there is none more, that it reads on, or what it refuses. */
export type FromThread = { value: unknown } | { done: true } | { want: true } | { refused: Refusal };

import { type z } from 'zod';
import { type Codes } from './message';
import { CodedError, type Message, message, messageOfIssue } from './message';
import { problemKinds, type ProblemCode } from './problem-kinds';

const brand = Symbol.for('scaletrace.problem');

/** One wrong field of a request, for the page to show beside its input. */
export interface FieldFault {
  path: string;
  /** Absent: the problem itself. */
  said?: Message;
  line?: number | undefined;
  column?: number | undefined;
}

export interface ProblemOptions {
  errors?: readonly FieldFault[];
  /** Another than the code's usual one. */
  status?: number;
  headers?: Record<string, string>;
}

/** What a rule of ours refuses, as a code with its data: answered as RFC 9457, in whose `detail` is what to do. */
export class Problem<C extends ProblemCode = ProblemCode> extends CodedError {
  readonly [brand] = true;
  readonly status: number;
  readonly errors: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: C, data: Codes[C], { errors = [], status, headers = {} }: ProblemOptions = {}) {
    super({ code, data });
    this.status = status ?? problemKinds[code][0];
    this.errors = errors;
    this.headers = headers;
  }

  /** Its title's code. */
  get title(): Message {
    return message(`titles.${problemKinds[this.said.code as ProblemCode][1]}`);
  }

  /** What is thrown may come from another bundle than who catches it, with its own copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === Problem
      ? typeof value === 'object' && value !== null && brand in value
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/** 400 with each field that a zod schema refused. */
export function invalidInput({ issues }: z.ZodError): Problem {
  const errors = issues.map((issue) => ({ path: issue.path.join('.'), said: messageOfIssue(issue) }));
  const [first] = errors;
  if (!first) return new Problem('problems.invalid-input', {});
  return first.path === ''
    ? new Problem('problems.invalid-body', { error: first.said }, { errors })
    : new Problem('problems.invalid-field', { path: first.path, error: first.said }, { errors });
}

/** 404 for a thing by its kind. */
export function notFound(what: Codes['problems.not-found']['what']): Problem {
  return new Problem('problems.not-found', { what });
}

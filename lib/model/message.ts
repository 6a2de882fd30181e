import { z } from 'zod';
import { type CodesWith } from './generated/codes';

/** Each code with what its sentence is filled with: made from messages/en.json. */
export type Codes = CodesWith<Filled, NoData, ZodIssue>;

/** A sentence's key in `messages/`: what is said is a code with its data, and each language has words for it. */
export type Code = keyof Codes;

type NoData = Record<string, never>;

/** A number that each language writes in its own manner. */
export interface Figure {
  figure:
    | 'whole'
    /** One digit behind the point at most. */
    | 'tenths'
    /** Three figures. */
    | 'precise'
    /** ms, as a duration that was measured: `31 ms`, `1.9 s`. */
    | 'duration'
    /** ms, as an incident or a part of it lasted, which add up: tenths of a second, below one ms. */
    | 'incidentLength'
    /** ms, as a length that was asked for: `30 s`, `1 min 30 s`. */
    | 'length'
    /** ms, as a length of the calculation's: `6 s`. */
    | 'seconds'
    /** ms on the run's clock, in seconds without a unit. */
    | 'second';
  value: number | null;
}

/** What a placeholder of a sentence may be filled with; several messages are listed. */
type Filled = string | number | Figure | Message | readonly Message[];

/** What is said, as a code with its data: plain JSON. */
export interface Message<C extends Code = Code> {
  code: C;
  data: Codes[C];
}

/** A message as it is stored and sent: of another version of Scaletrace its code may not be known here. */
export const messageSchema = z.object({ code: z.string(), data: z.record(z.string(), z.unknown()) });
export interface SentMessage extends z.infer<typeof messageSchema> {
  /** Its sentence as it was stored or sent: said where the code has no words. */
  known?: string;
}

/** A sentence that was stored or sent, with its code where it has one. */
export function sentMessage(
  code: string | null | undefined,
  data: Record<string, unknown> | null | undefined,
  known: string,
): Message {
  return code ? ({ code, data: data ?? {}, known } as unknown as Message) : said(known);
}

/** Makes a message; `data` may be left out where the sentence takes none. */
export function message<C extends Code>(
  code: C,
  ...[data]: NoData extends Codes[C] ? [data?: Codes[C]] : [data: Codes[C]]
): Message<C> {
  return { code, data: data ?? ({} as Codes[C]) };
}

/** The code itself, for a check of a zod schema: `z.string().min(1, code('validation.name-empty'))`. */
export function code<C extends Code>(checked: C): C {
  return checked;
}

/** What another program or a library said, as it is. */
export function said(cause: string): Message {
  return message('reasons.said', { cause });
}

/** An issue of zod's without words of ours: enough for a language's own words of it. */
type ZodIssue = Record<string, unknown>;

/** A limit of a number or a text, which zod tells as programmers write it, in words of ours; null: it is none of these. */
function limitOf(issue: z.core.$ZodIssue): Message | null {
  if (issue.code === 'invalid_type' && issue.expected === 'int') return message('validation.whole-number');
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return null;
  const isText = issue.origin === 'string';
  if ((!isText && issue.origin !== 'number' && issue.origin !== 'int') || issue.inclusive === false)
    return null;
  if (issue.code === 'too_big') {
    const maximum = Number(issue.maximum);
    return message(isText ? 'validation.at-most-characters' : 'validation.at-most-number', { maximum });
  }
  const minimum = Number(issue.minimum);
  return message(isText ? 'validation.at-least-characters' : 'validation.at-least-number', { minimum });
}

/** What a check of a zod schema refuses: our own message by its code, with the check's limits, or zod's own. */
export function messageOfIssue(issue: z.core.$ZodIssue | undefined): Message {
  if (!issue) return said('');
  // What is wrong with a record's key is said of the key.
  if (issue.code === 'invalid_key' && issue.issues[0]) return messageOfIssue(issue.issues[0]);
  const { path: _, message: text, ...rest } = issue;
  const { minimum, maximum, params } = rest as { minimum?: number; maximum?: number; params?: object };
  if (/^(validation|demand)\.[\w-]+$/.test(text)) {
    const data = { minimum, maximum, ...params };
    return JSON.parse(JSON.stringify({ code: text, data })) as Message;
  }
  const limit = limitOf(issue);
  if (limit) return limit;
  return message('zod', JSON.parse(JSON.stringify({ ...rest, message: text }, patternsAsText)) as ZodIssue);
}

function patternsAsText(_name: string, value: unknown): unknown {
  return value instanceof RegExp || typeof value === 'bigint' ? String(value) : value;
}

/** An error that says its message in every language; its own text names the code, for logs. */
export class CodedError extends Error {
  constructor(readonly said: Message) {
    super(`${said.code} ${JSON.stringify(said.data)}`);
    this.name = new.target.name;
  }
}

/** What Node says of a connection that fails. */
const causes: readonly [RegExp, (found: string) => Message][] = [
  [/^connect ECONNREFUSED (.*)$/, (address) => message('reasons.connection-refused', { address })],
  [/^getaddrinfo ENOTFOUND (.*)$/, (host) => message('reasons.host-not-found', { host })],
  [/^read ECONNRESET$/, () => message('reasons.connection-reset')],
  [/^fetch failed$/, () => message('reasons.fetch-failed')],
  [/^The operation was aborted due to timeout$/, () => message('reasons.timed-out')],
];

/** Anything thrown as a message: our own as it is, what another program said as its cause. */
export function messageOfError(error: unknown): Message {
  if (typeof error === 'object' && error !== null && 'said' in error) return (error as CodedError).said;
  const text = error instanceof Error ? error.message : String(error);
  for (const [pattern, of] of causes) {
    const found = pattern.exec(text);
    if (found) return of(found[1] ?? '');
  }
  return said(text);
}

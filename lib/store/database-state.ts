import { z } from 'zod';
import { type Error as DriverError } from '@prisma/driver-adapter-utils';
import { message, type Message } from '@/lib/model/message';

/** Why the database cannot be written: another process holds its lock, no room, no right, its disk or file fails, or its server does not answer. */
export const unwritableReasonSchema = z.enum(['locked', 'full', 'read-only', 'failing', 'unreachable']);
type UnwritableReason = z.infer<typeof unwritableReasonSchema>;

/** SQLite's result codes, without what extends them (https://www.sqlite.org/rescode.html), that no change of ours mends. */
const reasonOfCode: Readonly<Record<number, UnwritableReason>> = {
  5: 'locked',
  6: 'locked',
  8: 'read-only',
  10: 'failing',
  11: 'failing',
  13: 'full',
  14: 'failing',
  26: 'failing',
};

const brand = Symbol.for('scaletrace.database-unwritable');

/** The database cannot be written at the moment: nothing was changed, and the same may succeed later. */
export class DatabaseUnwritable extends Error {
  readonly [brand] = true;
  readonly said: Message;
  override name = 'DatabaseUnwritable';

  constructor(
    readonly why: UnwritableReason,
    /** The database's own words. */
    readonly detail: string,
  ) {
    super(`The database cannot be written: ${detail}.`);
    this.said = message('reasons.database-unwritable', { cause: detail });
  }

  /** What an adapter's error says of a SQLite file; null: it is of another kind. */
  static of(error: unknown): DatabaseUnwritable | null {
    const cause = (error as { cause?: DriverError & { originalMessage?: string } } | null)?.cause;
    const code =
      cause?.kind === 'SocketTimeout' ? 5 : cause?.kind === 'sqlite' ? cause.extendedCode & 0xff : 0;
    const why = reasonOfCode[code];
    return why ? new DatabaseUnwritable(why, cause?.originalMessage ?? why) : null;
  }

  /** It may have been thrown by another bundle's copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** Whether this process could write its database when it last tried. */
export type DatabaseState =
  { writable: true } | { writable: false; why: UnwritableReason; detail: string; sinceUnixMs: number };

const shared = globalThis as typeof globalThis & {
  scaletraceDatabase?: DatabaseState;
  scaletraceFailureTold?: (failure: Pick<DatabaseUnwritable, 'why' | 'detail'>) => void;
};

/** Whether this process could write its database when it last tried. */
export function databaseState(): DatabaseState {
  return shared.scaletraceDatabase ?? { writable: true };
}

/** Calls `told` with each failure noted by this thread from now on: for another thread that shows it. */
export function followFailures(told: (failure: Pick<DatabaseUnwritable, 'why' | 'detail'>) => void): void {
  shared.scaletraceFailureTold = told;
}

/** Something was written. */
export function noteSuccess(): void {
  shared.scaletraceDatabase = { writable: true };
}

/** Something could not be written. */
export function noteFailure({ why, detail }: Pick<DatabaseUnwritable, 'why' | 'detail'>): void {
  const before = databaseState();
  const sinceUnixMs = before.writable ? Date.now() : before.sinceUnixMs;
  shared.scaletraceDatabase = { writable: false, why, detail, sinceUnixMs };
  shared.scaletraceFailureTold?.({ why, detail });
}

import { UserError } from '@/lib/environment/user-error';
import { shownDatabaseUrl } from '@/lib/environment/database-url';
import { DatabaseUnwritable } from '@/lib/store/database-state';

type Reason = DatabaseUnwritable['why'];

/** The oldest major version that is spoken to: the oldest that a distribution still maintains, and what the tests may meet. */
const oldestVersion = 13;

/** What a server says of itself: its version as a number (150018: 15.18) and in words, and how a database's text is encoded. */
export interface Server {
  versionNum: number;
  version: string;
  encoding: string;
}

/** Why a server or its database cannot be used, to be said after its address; null: it can. */
export function unfitServer({ versionNum, version, encoding }: Server): string | null {
  if (versionNum < oldestVersion * 10_000)
    return `is PostgreSQL ${version}: Scaletrace needs ${oldestVersion} or newer.`;
  if (encoding !== 'UTF8')
    return `keeps text as ${encoding}, which not every text fits in: make it anew as UTF8 (createdb --encoding UTF8 --template template0 NAME).`;
  return null;
}

/** SQLSTATE by its class or whole (https://www.postgresql.org/docs/current/errcodes-appendix.html), what no change of ours mends. */
const reasonOfState: readonly (readonly [state: string, why: Reason])[] = [
  ['53100', 'full'],
  ['53', 'unreachable'],
  ['25006', 'read-only'],
  ['40001', 'locked'],
  ['40P01', 'locked'],
  ['55P03', 'locked'],
  ['08', 'unreachable'],
  ['57P', 'unreachable'],
  ['28', 'unreachable'],
  ['3D000', 'unreachable'],
  ['58', 'failing'],
  ['XX001', 'failing'],
  ['XX002', 'failing'],
];

/** Errors without a SQLSTATE: the connection's, by Node's code or by what pg says. */
const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
const lostWords =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Query read timeout|Client was closed|server does not support SSL|Cannot use a pool after/i;

/** What Prisma's adapter makes of an error of pg (`convertDriverError`), or pg's own where it knows it not. */
interface Failure {
  message: string;
  code?: unknown;
  cause?: {
    kind?: string;
    code?: unknown;
    originalCode?: unknown;
    originalMessage?: string;
    message?: string;
    reason?: string;
  };
}

const reasonOfKind: Readonly<Record<string, Reason>> = {
  DatabaseNotReachable: 'unreachable',
  ConnectionClosed: 'unreachable',
  SocketTimeout: 'unreachable',
  TlsConnectionError: 'unreachable',
  TooManyConnections: 'unreachable',
  AuthenticationFailed: 'unreachable',
  DatabaseAccessDenied: 'unreachable',
  DatabaseDoesNotExist: 'unreachable',
  TransactionWriteConflict: 'locked',
};

/** The error as one of a database that does not take it at the moment; null: it is of another kind. */
export function unwritableOf(error: unknown): DatabaseUnwritable | null {
  if (error instanceof DatabaseUnwritable) return error;
  const { message = '', code, cause } = (error ?? {}) as Failure;
  const state = cause?.originalCode ?? cause?.code ?? code;
  const detail = cause?.originalMessage ?? cause?.reason ?? cause?.message ?? message;
  const why =
    (typeof state === 'string' && reasonOfState.find(([start]) => state.startsWith(start))?.[1]) ||
    (cause?.kind !== undefined && reasonOfKind[cause.kind]) ||
    ((typeof state === 'string' && lostCodes.has(state)) || lostWords.test(detail) ? 'unreachable' : null);
  return why ? new DatabaseUnwritable(why, detail === '' ? 'no connection' : detail) : null;
}

/** Why a server could not be opened, as what to do about it. Names no password. Other errors come back as they are. */
export function openingError(error: unknown, databaseUrl: string): unknown {
  if (error instanceof UserError) return error;
  const { message = '', code } = (error ?? {}) as Failure;
  const advice = adviceOn(typeof code === 'string' ? code : '', message);
  return advice
    ? new UserError(
        `${shownDatabaseUrl(databaseUrl)} cannot be opened: ${message || (code as string)}.\n  ${advice}`,
      )
    : error;
}

function adviceOn(code: string, message: string): string | null {
  if (/^28P01|^28000/.test(code)) {
    return /no pg_hba\.conf entry/.test(message)
      ? 'The server does not let this user in from here: see its pg_hba.conf; where it asks for TLS, add ?sslmode=require to DATABASE_URL.'
      : 'Set user and password in DATABASE_URL (postgres://USER:PASSWORD@HOST:PORT/DATABASE; special characters percent-encoded).';
  }
  if (code === '3D000') return 'Make the database (createdb NAME), or name another in DATABASE_URL.';
  if (code === '42501') return 'Its user needs the right to make tables: make it the owner of the database.';
  if (code === '25006') return 'It is a standby, which only reads: name the primary in DATABASE_URL.';
  if (code.startsWith('53'))
    return 'It takes no more connections or has no room: end others, or raise max_connections.';
  if (/password must be a string|no password|SASL/i.test(message))
    return 'The server asks for a password: put it into DATABASE_URL (postgres://USER:PASSWORD@HOST:PORT/DATABASE).';
  if (/does not support SSL/.test(message))
    return 'The server speaks no TLS: leave sslmode out of DATABASE_URL, or set ssl = on in its postgresql.conf.';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code))
    return 'Name the CA that signed the server’s certificate by ?sslmode=verify-full&sslrootcert=FILE in DATABASE_URL, or encrypt without a check by ?sslmode=require.';
  if (code.startsWith('57P') || code.startsWith('08')) return 'It starts or stops: try again when it is up.';
  if (lostCodes.has(code) || lostWords.test(message))
    return 'Start the server, or set host and port in DATABASE_URL; from another machine, listen_addresses and its firewall must let you in.';
  return null;
}

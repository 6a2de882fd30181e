import { destination, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';

/** @typedef {import('pino').Logger} Logger */

/**
 * What is a secret wherever it stands: 256 random bits as `newSecret` writes them, who is named in an address and a database's password there, headers, keys.
 * @type {[RegExp, string][]}
 */
const secrets = [
  [/(?<![\w-])(?:scaletrace_)?[\w-]{43}(?![\w-])/g, '[secret]'],
  [/(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#@"]+@/gi, '$1[secret]@'],
  [/([?&](?:ssl)?password=)[^\s&"']+/gi, '$1[secret]'],
  [/\b(Bearer|Basic) +[\w.~+/=-]+/g, '$1 [secret]'],
  [/(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END|$)/gs, '$1[secret]$2'],
];

const inWords = prettyFactory({ colorize: false, translateTime: 'SYS:HH:MM:ss.l' });

/**
 * A log of one entry a line as JSON, or in words for a terminal; to standard error, at once, and without what looks like a
 * secret.
 * @param {{ form?: string | undefined, level?: string | undefined, to?: import('pino').DestinationStream }} options
 * @returns {Logger}
 */
export function makeLog({ form, level = 'warn', to = destination({ dest: 2, sync: true }) }) {
  const stream = form === 'json' ? to : { write: (/** @type {string} */ line) => to.write(inWords(line)) };
  return pino(
    {
      level: level in pino.levels.values || level === 'silent' ? level : 'warn',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // An error's other fields may hold what was asked, with its headers.
      serializers: {
        err: told,
      },
      hooks: { streamWrite: withoutSecrets },
    },
    stream,
  );
}

/** @param {Error & { code?: string }} error */
function told({ name, message, stack, code, cause }) {
  return { type: name, message, stack, code, cause: cause instanceof Error ? cause.message : undefined };
}

/** @param {string} text @returns {string} */
function withoutSecrets(text) {
  return secrets.reduce((left, [pattern, by]) => left.replace(pattern, by), text);
}

/** The log of this process. Read here and not by `variable`, since the server writes before it has any TypeScript. */
export const log = makeLog({ form: process.env.SCALETRACE_LOG, level: process.env.SCALETRACE_LOG_LEVEL });

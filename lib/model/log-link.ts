import { z } from 'zod';
import { hasCredentials } from './address';
import { code } from './message';

/** What a template of a link to logs or metrics may name; times in ms since 1970, or as ISO 8601. */
const logLinkNames = ['from', 'to', 'fromIso', 'toIso', 'service', 'namespace', 'revision'] as const;
type LogLinkName = (typeof logLinkNames)[number];

/** What a link leads to: a stretch of the wall clock (Unix ms) of a service; `revision` is empty where it is not known. */
export interface LogLinkPlace {
  fromUnixMs: number;
  toUnixMs: number;
  service: string;
  namespace: string;
  revision: string;
}

/** Braces with a name in them: what JSON and query languages write in braces is none. */
const named = /\{([A-Za-z]\w*)\}/g;

/** The template's address for a place: each value as an address has it, so that none can change where it leads. */
export function logLinkOf(template: string, place: LogLinkPlace): string {
  const { fromUnixMs, toUnixMs, service, namespace, revision } = place;
  const iso = (unixMs: number): string => new Date(unixMs).toISOString();
  const values: Record<LogLinkName, string> = {
    // What was there at a fraction of a ms is within.
    from: `${Math.floor(fromUnixMs)}`,
    to: `${Math.ceil(toUnixMs)}`,
    fromIso: iso(Math.floor(fromUnixMs)),
    toIso: iso(Math.ceil(toUnixMs)),
    service,
    namespace,
    revision,
  };
  const filled = template.replace(named, (whole, name: string) =>
    isName(name) ? encodeURIComponent(values[name]) : whole,
  );
  return new URL(filled).href;
}

const isName = (name: string): name is LogLinkName => (logLinkNames as readonly string[]).includes(name);
const namesIn = (template: string): string[] => [...template.matchAll(named)].map(([, name = '']) => name);

/** Scheme and host stand before the first value: what is filled in can never choose them. */
function hasFixedOrigin(template: string): boolean {
  const [, host] = /^https?:\/\/([^/?#\\]+)(?=[/?#]|$)/i.exec(template) ?? [];
  return host !== undefined && !/[{}]/.test(host) && URL.canParse(template);
}

/** The template of a link to a Grafana or a log search, such as `https://grafana.example/d/x?from={from}&to={to}`. */
export const logLinkSchema = z
  .string()
  .trim()
  .max(2000)
  .refine(hasFixedOrigin, { error: code('validation.log-link-address'), abort: true })
  .refine((template) => !hasCredentials(template), {
    error: code('validation.address-credentials'),
    abort: true,
  })
  .superRefine((template, context) => {
    const unknown = namesIn(template).find((name) => !isName(name));
    if (unknown !== undefined)
      context.addIssue({
        code: 'custom',
        params: { name: `{${unknown}}`, names: logLinkNames.map((name) => `{${name}}`).join(' ') },
        message: code('validation.log-link-name'),
      });
    const has = (...names: LogLinkName[]): boolean => names.some((name) => namesIn(template).includes(name));
    if (!has('from', 'fromIso') || !has('to', 'toIso'))
      context.addIssue({
        code: 'custom',
        params: { unix: '{from} {to}', iso: '{fromIso} {toIso}' },
        message: code('validation.log-link-times'),
      });
  });

import { parseArgs } from 'node:util';
import { CliError, exitCodes } from './errors';

export const usage = `scaletrace COMMAND [options]

  run       start a load test
    --service NAME         a registered service: name, namespace/name or id
    --script NAME          a script that ships or was saved (tutorial, ramp, …)
    --env K=V              a variable of the script; as often as needed
    --name TEXT            name of the run
    --tag TAG              as often as needed
    --wait                 follow it to its end and judge it
    --max-lag TIME         how late a scale-up may be, such as 5s or 500ms; off: do not judge it (10s)
    --junit FILE           write the verdict as JUnit XML
    --json FILE            write the result as JSON
  runs      list runs
    --service NAME --script NAME --tag TAG --state STATE --limit N (20)  --json
  stop      stop a run:  scaletrace stop RUN-ID [--kill]
  export    write a run's export:  scaletrace export RUN-ID --format FORMAT [--out FILE]
            FORMAT is one of the run's Export menu, such as html, md, csv, json, junit

  --url URL     Scaletrace's address (SCALETRACE_URL, else http://127.0.0.1:4300)
  --token TOKEN an API token (better SCALETRACE_TOKEN: a command line can be seen by others)

Exit code: 0 finished, thresholds met, no scale-up late; 1 not so; 2 wrong use; 3 Scaletrace cannot be reached or refuses
the token.`;

export interface Connection {
  url: string;
  token: string | null;
}

export type Command = Connection &
  (
    | { command: 'help' }
    | {
        command: 'run';
        service: string;
        script: string;
        env: Record<string, string>;
        name: string | null;
        tags: string[];
        wait: boolean;
        /** Null: lateness is not judged. */
        maxLagMs: number | null;
        junit: string | null;
        json: string | null;
      }
    | {
        command: 'runs';
        service: string | null;
        script: string | null;
        tag: string | null;
        state: string | null;
        limit: number;
        json: boolean;
      }
    | { command: 'stop'; id: string; kill: boolean }
    | { command: 'export'; id: string; format: string; out: string | null }
  );

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const many = { type: 'string', multiple: true } as const;
const common = { url: text, token: text, help: { type: 'boolean', short: 'h' } } as const;

function wrong(message: string): CliError {
  return new CliError(`${message}\n\nscaletrace --help tells how it is used.`, exitCodes.usage);
}

function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw wrong(`${option} is missing.`);
  return value;
}

/** A length such as `5s`, `500ms`, `1.5m`, in ms; null for `off`. Throws CliError. */
export function parseLag(value: string): number | null {
  if (value === 'off') return null;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value);
  if (!match) throw wrong(`--max-lag ${value}: a number with ms, s or m, such as 5s, or off.`);
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
}

function parseEnv(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw wrong(`--env ${pair}: write it as NAME=VALUE.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Reads the command line; where it is silent, the environment. Throws CliError. */
export function parseCommand([command, ...args]: string[], env: Record<string, string | undefined>): Command {
  const connection = ({
    url,
    token,
  }: {
    url?: string | undefined;
    token?: string | undefined;
  }): Connection => {
    const address = url ?? env.SCALETRACE_URL ?? 'http://127.0.0.1:4300';
    if (!/^https?:\/\//.test(address) || !URL.canParse(address))
      throw wrong(`--url ${address}: an http:// or https:// address.`);
    return { url: address, token: token ?? env.SCALETRACE_TOKEN ?? null };
  };
  const help: Command = { command: 'help', url: '', token: null };
  try {
    switch (command) {
      case undefined:
        throw wrong('Which command? run, runs, stop or export.');
      case 'help':
      case '--help':
      case '-h':
        return help;
      case 'run': {
        const { values } = parseArgs({
          args,
          options: {
            ...common,
            service: text,
            script: text,
            env: many,
            name: text,
            tag: many,
            wait: flag,
            'max-lag': text,
            junit: text,
            json: text,
          },
        });
        if (values.help) return help;
        const judged =
          values.junit !== undefined || values.json !== undefined || values['max-lag'] !== undefined;
        if (judged && !values.wait)
          throw wrong('--junit, --json and --max-lag need the run’s end: add --wait.');
        return {
          command,
          ...connection(values),
          service: required(values.service, '--service'),
          script: required(values.script, '--script'),
          env: parseEnv(values.env ?? []),
          name: values.name ?? null,
          tags: values.tag ?? [],
          wait: values.wait ?? false,
          maxLagMs: parseLag(values['max-lag'] ?? '10s'),
          junit: values.junit ?? null,
          json: values.json ?? null,
        };
      }
      case 'runs': {
        const { values } = parseArgs({
          args,
          options: {
            ...common,
            service: text,
            script: text,
            tag: text,
            state: text,
            limit: text,
            json: flag,
          },
        });
        if (values.help) return help;
        const limit = Number(values.limit ?? 20);
        if (!Number.isInteger(limit) || limit < 1 || limit > 200)
          throw wrong(`--limit ${values.limit}: a number from 1 to 200.`);
        return {
          command,
          ...connection(values),
          service: values.service ?? null,
          script: values.script ?? null,
          tag: values.tag ?? null,
          state: values.state ?? null,
          limit,
          json: values.json ?? false,
        };
      }
      case 'stop': {
        const { values, positionals } = parseArgs({
          args,
          allowPositionals: true,
          options: { ...common, kill: flag },
        });
        return values.help
          ? help
          : {
              command,
              ...connection(values),
              id: required(positionals[0], 'The run’s id'),
              kill: values.kill ?? false,
            };
      }
      case 'export': {
        const { values, positionals } = parseArgs({
          args,
          allowPositionals: true,
          options: { ...common, format: text, out: text },
        });
        return values.help
          ? help
          : {
              command,
              ...connection(values),
              id: required(positionals[0], 'The run’s id'),
              format: required(values.format, '--format'),
              out: values.out ?? null,
            };
      }
      default:
        throw wrong(`There is no command "${command}": run, runs, stop or export.`);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UserError } from './user-error';

/** How a command is called, such as `scaletrace stop`, and what it does. */
export interface Called {
  name: string;
  summary: string;
}

/** What a command's arguments may be, and what they are for. */
export interface Usage<O extends z.ZodObject> {
  /**
   * An option's key is its flag in camelCase; a boolean is a flag alone, an array may be given several times, anything
   * else takes one value. `.meta({ value, description })`, written last, is its line of the help.
   */
  options: O;
  /** What stands without a flag, as the help names it: `RUN-ID`; in brackets what may be left out; `DIR…` once or more. */
  positionals?: readonly string[];
  /** Further words at the end of the help. */
  notes?: string;
  /** What the program ends with when it is called wrongly; 2 unless said. */
  exitCode?: number;
}

/** What the arguments said; null where help is asked for. */
export interface Parsed<O extends z.ZodObject> {
  options: z.output<O>;
  positionals: string[];
  /** The command's help, for what only the command itself finds wrong. */
  help: string;
}

/** A command of the table of commands. */
export interface Command {
  /** Prints the help where it is asked for, does what the arguments say otherwise; the exit code. Rejects with UserError. */
  start(called: Called, args: readonly string[]): Promise<number>;
}

/** Makes a command of its arguments and of what it does with them. */
export function command<O extends z.ZodObject>(
  usage: Usage<O>,
  run: (parsed: Parsed<O>) => Promise<number> | number,
): Command {
  return {
    async start(called, args) {
      const parsed = parseArguments(called.name, usage, args);
      const help = helpOf(called, usage);
      if (parsed) return run({ ...parsed, help });
      console.log(help);
      return 0;
    },
  };
}

const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** What an option is on the command line, below its default and its checks. */
function kindOf(schema: z.core.$ZodType): 'flag' | 'many' | 'one' {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return kindOf(schema.unwrap());
  if (schema instanceof z.ZodPipe) return kindOf(schema.in);
  return schema instanceof z.ZodBoolean ? 'flag' : schema instanceof z.ZodArray ? 'many' : 'one';
}

/** Reads arguments; null where help is asked for. Throws a UserError that names all that is wrong. */
export function parseArguments<O extends z.ZodObject>(
  name: string,
  usage: Usage<O>,
  args: readonly string[],
): Omit<Parsed<O>, 'help'> | null {
  const wrong = (problems: readonly string[]): UserError =>
    new UserError(`${problems.join('\n  ')}\n\n${name} --help tells how it is used.`, usage.exitCode ?? 2);
  const shape: Record<string, z.core.$ZodType> = usage.options.shape;
  let values: Record<string, unknown>;
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        ...Object.fromEntries(
          Object.entries(shape).map(([key, schema]) => {
            const kind = kindOf(schema);
            return [
              flagOf(key).slice(2),
              { type: kind === 'flag' ? 'boolean' : 'string', multiple: kind === 'many' } as const,
            ];
          }),
        ),
      },
    }));
  } catch (error) {
    throw wrong([error instanceof Error ? error.message : String(error)]);
  }
  if (values.help === true) return null;
  const problems: string[] = [];
  const named = usage.positionals ?? [];
  if (positionals.length > named.length && !named.at(-1)?.includes('…'))
    problems.push(`"${positionals[named.length]}" is one argument too many.`);
  for (const missing of named.slice(positionals.length))
    if (!missing.startsWith('[')) problems.push(`${missing.replace('…', '')} is missing.`);
  const given = Object.fromEntries(Object.keys(shape).map((key) => [key, values[flagOf(key).slice(2)]]));
  const parsed = usage.options.safeParse(given);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const [key, index] = path;
    if (typeof key !== 'string') problems.push(message);
    else {
      const value = given[key];
      const shown = (Array.isArray(value) && typeof index === 'number' ? [value[index]] : [value]).join();
      problems.push(shown === '' ? `${flagOf(key)} is missing.` : `${flagOf(key)} ${shown}: ${message}`);
    }
  }
  if (!parsed.success || problems.length > 0) throw wrong(problems);
  return { options: parsed.data, positionals };
}

/** A table's lines, its first column as wide as it must be. */
export function helpLines(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, words]) => `  ${name.padEnd(width)}  ${words}`.trimEnd()).join('\n');
}

function helpOf({ name, summary }: Called, { options, positionals = [], notes }: Usage<z.ZodObject>): string {
  const rows = Object.entries(options.shape).map(([key, schema]): [string, string] => {
    const { value = '', description = '' } = (schema as z.ZodType).meta() as {
      value?: string;
      description?: string;
    };
    return [`${flagOf(key)} ${value}`.trimEnd(), description];
  });
  const call = [name, ...positionals, ...(rows.length > 0 ? ['[options]'] : [])].join(' ');
  return [
    `${call}\n${summary}`,
    ...(rows.length > 0 ? [helpLines(rows)] : []),
    ...(notes ? [notes] : []),
  ].join('\n\n');
}

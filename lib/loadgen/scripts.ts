import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { projectFile } from './k6-environment';

/** A variable that a script takes from its environment. */
export interface ScriptParameter {
  name: string;
  default: string;
  description: string;
}

export interface ShippedScript {
  /** The file's name without its ending. */
  name: string;
  title: string;
  /** What the script's run answers. */
  question: string;
  parameters: ScriptParameter[];
  body: string;
}

const order = [
  'tutorial',
  'scale-from-zero',
  'ramp',
  'spike',
  'constant-arrival-rate',
  'capacity-search',
  'soak',
  'grpc',
  'websocket',
  'llm',
];

/** The scripts in `loadtests/`, the tutorial's first. They are read anew at each call: a user may change them. */
export async function listShippedScripts(): Promise<ShippedScript[]> {
  const folder = dirname(projectFile('loadtests/tutorial.ts'));
  const files = (await readdir(/* turbopackIgnore: true */ folder)).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const scripts = await Promise.all(
    files.map(async (file) => {
      const name = basename(file, '.ts');
      const body = await readFile(join(/* turbopackIgnore: true */ folder, file), 'utf8');
      return { name, body, ...parseHeader(body, name) };
    }),
  );
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return scripts.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

/**
 * What the comment lines at a script's beginning say of it: `// title: …`, `// question: …` and, for each variable,
 * `// env: NAME=default what it is`. A script of a user's may have none, or some.
 */
export function parseHeader(
  body: string,
  name: string,
): Pick<ShippedScript, 'title' | 'question' | 'parameters'> {
  const header = /^(?:[ \t]*\/\/.*(?:\r?\n|$))*/.exec(body)?.[0] ?? '';
  const valueOf = (key: string): string | undefined =>
    new RegExp(`^[ \\t]*//[ \\t]*${key}:[ \\t]*(.*?)[ \\t\\r]*$`, 'm').exec(header)?.[1];
  const variables = header.matchAll(/^[ \t]*\/\/[ \t]*env:[ \t]*([A-Za-z_]\w*)=(\S*)[ \t]*(.*?)[ \t\r]*$/gm);
  return {
    title: valueOf('title') ?? name,
    question: valueOf('question') ?? '',
    parameters: [...variables].map(([, variable = '', value = '', description = '']) => ({
      name: variable,
      default: value,
      description,
    })),
  };
}

import { readdir, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type ScriptFile } from '@/lib/model/script-files';
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
  /** Of a script of several files: the path of its body, and the files beside it; null: it is one. */
  entry: string | null;
  files: ScriptFile[];
}

const folderEntry = 'main.ts';

const order = [
  'tutorial',
  'scale-from-zero',
  'ramp',
  'spike',
  'constant-arrival-rate',
  'capacity-search',
  'soak',
  'grpc',
  'grpc-proto',
  'websocket',
  'llm',
];

/** The scripts in `loadtests/`, the tutorial's first. They are read anew at each call: a user may change them. */
export async function listShippedScripts(): Promise<ShippedScript[]> {
  const folder = dirname(projectFile('loadtests/tutorial.ts'));
  const entries = await readdir(/* turbopackIgnore: true */ folder, { withFileTypes: true });
  const files = entries.filter(
    (one) => one.isFile() && one.name.endsWith('.ts') && !one.name.endsWith('.test.ts'),
  );
  const scripts = await Promise.all([
    ...files.map(async (file) => {
      const name = basename(file.name, '.ts');
      const body = await readFile(join(/* turbopackIgnore: true */ folder, file.name), 'utf8');
      return { name, body, entry: null, files: [], ...parseHeader(body, name) };
    }),
    ...entries.filter((one) => one.isDirectory()).map((one) => readFolder(join(folder, one.name))),
  ]);
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return scripts.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

/** A script that ships as a folder: `main.ts`, and beside it modules and protos. */
async function readFolder(folder: string): Promise<ShippedScript> {
  const name = basename(folder);
  const names = (await readdir(/* turbopackIgnore: true */ folder)).sort();
  const read = (file: string): Promise<string> =>
    readFile(join(/* turbopackIgnore: true */ folder, file), 'utf8');
  const body = await read(folderEntry);
  const files = await Promise.all(
    names
      .filter((file) => file !== folderEntry)
      .map(async (path) => {
        const text = await read(path);
        const sha256 = createHash('sha256').update(text).digest('hex');
        return { path, bytes: Buffer.byteLength(text), text, sha256 };
      }),
  );
  return { name, body, entry: folderEntry, files, ...parseHeader(body, name) };
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

// Writes the type of each code's data from messages/en.json: what a sentence is filled with is checked where it is said.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import compile from 'icu-minify/compile';

/** The parts of the catalogue whose keys are codes: what `lib` says. */
const spaces = [
  'titles',
  'problems',
  'validation',
  'demand',
  'reasons',
  'gaps',
  'config',
  'assumptions',
  'unread',
  'explain',
  'narrative',
  'incidents',
  'thresholds',
  'verdict',
];

const [select, plural, ordinal, number] = [1, 2, 3, 4];
/** @type {unknown} */
const read = JSON.parse(readFileSync('messages/en.json', 'utf8'));
const catalogue = /** @type {Record<string, Record<string, string>>} */ (read);

/** @param {unknown} node @param {Map<string, string>} types what each placeholder takes */
function collect(node, types) {
  if (!Array.isArray(node)) return;
  const parts = /** @type {unknown[]} */ (node);
  const [name, kind, options = null] = parts;
  if (typeof name !== 'string' || (parts.length > 1 && typeof kind !== 'number')) {
    for (const part of parts) collect(part, types);
    return;
  }
  if (parts.length === 1) types.set(name, types.get(name) ?? 'Filled');
  else if (kind === select)
    types.set(
      name,
      Object.keys(options ?? {})
        .filter((option) => option !== 'other')
        .map((option) => `'${option}'`)
        .join(' | '),
    );
  else if (kind === plural || kind === ordinal || kind === number) types.set(name, 'number');
  if (typeof options === 'object' && options !== null)
    for (const option of Object.values(options)) collect(option, types);
}

const lines = spaces.flatMap((space) =>
  Object.entries(catalogue[space] ?? {}).map(([key, sentence]) => {
    const compiled = compile(sentence);
    /** @type {Map<string, string>} */
    const types = new Map();
    for (const node of Array.isArray(compiled) ? compiled : []) collect(node, types);
    // Whoever says it tells moments by the clock of their own.
    types.delete('clock');
    const data = [...types].map(([name, type]) => `${name}: ${type}`).join('; ');
    return `  '${space}.${key}': ${data === '' ? 'NoData' : `{ ${data} }`};`;
  }),
);
mkdirSync('lib/model/generated', { recursive: true });
writeFileSync(
  'lib/model/generated/codes.ts',
  `/** Made by scripts/generate-codes.mjs. */
export interface CodesWith<Filled, NoData, ZodIssue> {
${lines.join('\n')}
  zod: ZodIssue;
}

/** The parts of the catalogue whose keys are codes. */
export const codeSpaces = ${JSON.stringify(spaces)} as const;
`,
);

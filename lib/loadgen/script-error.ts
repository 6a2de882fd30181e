import { message, type Message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { parseLogLine } from './k6-log';
import { scriptFileName } from './k6-environment';
import { scriptFolderName, type ScriptSource } from './script-folder';

/** What a script is refused by. */
type ScriptFault = Message<
  | 'problems.script-error'
  | 'problems.script-error-unsaid'
  | 'problems.script-imports'
  | 'problems.script-misses'
  | 'problems.script-wordy'
  | 'problems.script-endless'
>;

/** A place in a script, counted from 1; `file`: that of several which k6 does not start with. */
interface Place {
  file?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
}

/** A script that k6 refuses, with the place in it where one is known. */
export class ScriptError extends Problem {
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor({ code, data }: ScriptFault, { file, line, column }: Place = {}) {
    super(code, data, {
      errors: [{ path: file === undefined ? 'scriptText' : `files.${file}`, line, column }],
    });
    this.line = line;
    this.column = column;
  }
}

/** The error in what k6 wrote on stderr (its log as JSON) when it refused a script that lies in `folder`. */
export function scriptErrorOf(stderr: string, script: ScriptSource, folder: string): ScriptError {
  const errors = stderr.split('\n').flatMap((line) => {
    const entry = line.trim() === '' ? null : parseLogLine(line);
    return entry === null || !['error', 'fatal'].includes(entry.level) ? [] : [entry.message];
  });
  const raw = errors[0] ?? stderr.trim();
  const said = withoutFolder(raw, folder);
  return new ScriptError(faultOf(said, script), placeOf(said, script));
}

/** k6's words, with the script's files by their paths in its folder. */
function withoutFolder(raw: string, folder: string): string {
  const places = [`${folder}/${scriptFolderName}/`, `${folder}/`];
  return places.reduce((text, place) => text.replaceAll(`file://${place}`, '').replaceAll(place, ''), raw);
}

function placeOf(said: string, script: ScriptSource): Place {
  const entry = script.entry ?? scriptFileName;
  const paths = [entry, ...(script.files ?? []).map(({ path }) => path)].sort((a, b) => b.length - a.length);
  const quoted = paths.map((path) => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const found = (pattern: RegExp, columnFrom: 0 | 1): Place | null => {
    const [, path, line, column] = pattern.exec(said) ?? [];
    if (path === undefined) return null;
    const file = path === entry ? undefined : path;
    return { file, line: Number(line), column: Number(column) + 1 - columnFrom };
  };
  return (
    // esbuild, which reports a script's syntax errors, counts columns from 0; stack traces and protos count from 1.
    found(new RegExp(`(${quoted}): Line (\\d+):(\\d+) `), 0) ??
    protoPlace(said, paths) ??
    found(new RegExp(`(?<![\\w./-])(${quoted}):(\\d+):(\\d+)`), 1) ??
    namedPlace(said, script)
  );
}

/** A proto that does not parse is named as it was loaded: from any folder that the script gave. */
function protoPlace(said: string, paths: readonly string[]): Place | null {
  const [, named, line, column] = /GoError: (\S+\.proto):(\d+):(\d+)/.exec(said) ?? [];
  if (named === undefined) return null;
  const file = paths.find((path) => path === named || path.endsWith(`/${named.replace(/^(\.\/)+/, '')}`));
  return file === undefined ? null : { file, line: Number(line), column: Number(column) };
}

/** Where what k6 names stands in the script's code. */
function namedPlace(said: string, { scriptText, entry, files = [] }: ScriptSource): Place {
  const culprit = /moduleSpecifier "([^"]+)"|unknown modules \["([^"]+)"|unknown field "([^"]+)"/
    .exec(said)
    ?.slice(1)
    .find((name) => name !== undefined);
  if (culprit === undefined) return {};
  for (const { path, content } of [{ path: entry, content: scriptText }, ...files]) {
    const place = typeof content === 'string' ? whereIn(content, culprit) : null;
    if (place) return { ...place, file: path === entry ? undefined : (path ?? undefined) };
  }
  return {};
}

/** k6's own words, without paths of this machine. */
function faultOf(said: string, { entry }: ScriptSource): ScriptFault {
  if (said === '') return message('problems.script-error-unsaid');
  const importsFile =
    / Make sure that you've specified the right path to the file\. If you're running k6 using the Docker image.*$/s;
  // k6 has no network while it reads the script.
  const importsAddress = /(?<=couldn't be retrieved) from the resolved url .*$/s;
  const cause = said
    .replace(/^could not initialize '[^']*': (could not load JS test '[^']*': )?/, '')
    // The place is told apart, and counted from 1.
    .replace(/^.+?: Line \d+:\d+ /, '')
    .replace(importsFile, '')
    .replace(importsAddress, '.')
    .replace(/\n\tat [\s\S]*$/, '')
    .replaceAll(scriptFileName, 'the script')
    .trim();
  if (importsAddress.test(said)) return message('problems.script-imports', { cause });
  if (importsFile.test(said))
    return message(entry ? 'problems.script-misses' : 'problems.script-imports', { cause });
  return message('problems.script-error', { cause });
}

function whereIn(text: string, name: string): { line: number; column: number } | null {
  const at = text.search(new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`));
  if (at < 0) return null;
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/**
 * What k6 said while a load went on, apart: its words, and the place in the script that it names, the first of the user's
 * own files in its stack. Null: it names none.
 */
export function saidAt(
  said: string,
  { entry, files = [], scriptName }: ScriptSource & { scriptName: string },
): { cause: string; file: string; line: number } | null {
  const frame = /(?:\n\s*|\s+)at (?:[^\s()]+ )?\(?file:\/\/(\S+?):(\d+):\d+\(\d+\)/.exec(said);
  const [, path = '', line] = frame ?? [];
  const file = [entry ?? scriptFileName, ...files.map((one) => one.path)]
    .filter((one) => path.endsWith(`/${one}`))
    .sort((a, b) => b.length - a.length)[0];
  if (!frame || file === undefined) return null;
  return {
    cause: said.split(/\n\s*at |\s+at (?:[^\s()]+ )?\(?file:/)[0]!.trim(),
    file: entry == null ? scriptName : file,
    line: Number(line),
  };
}

import { parseLogLine } from './k6-log';
import { scriptFileName } from './k6-environment';

/** A script that k6 refuses, with the place in it, counted from 1, where one is known. */
export class ScriptError extends Error {
  override name = 'ScriptError';
  constructor(
    message: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message);
  }
}

const frame = new RegExp(`${scriptFileName.replace('.', '\\.')}:(\\d+):(\\d+)`);

/** The error in what k6 wrote on stderr (its log as JSON) when it refused a script. */
export function scriptErrorOf(stderr: string, scriptText: string): ScriptError {
  const errors = stderr.split('\n').flatMap((line) => {
    const entry = line.trim() === '' ? null : parseLogLine(line);
    return entry === null || !['error', 'fatal'].includes(entry.level) ? [] : [entry.message];
  });
  const raw = errors[0] ?? (stderr.trim() || 'k6 refused the script without saying why.');
  const message = wordsOf(raw);
  // esbuild, which reports a script's syntax errors, counts columns from 0; stack traces count from 1.
  const syntax = /Line (\d+):(\d+) /.exec(raw);
  if (syntax) return new ScriptError(message, Number(syntax[1]), Number(syntax[2]) + 1);
  const thrown = frame.exec(raw);
  if (thrown) return new ScriptError(message, Number(thrown[1]), Number(thrown[2]));
  const culprit = /moduleSpecifier "([^"]+)"|unknown modules \["([^"]+)"|unknown field "([^"]+)"/
    .exec(raw)
    ?.slice(1)
    .find((name) => name !== undefined);
  const place = culprit === undefined ? null : placeOf(culprit, scriptText);
  return place ? new ScriptError(message, place.line, place.column) : new ScriptError(message);
}

function wordsOf(raw: string): string {
  return (
    raw
      .replace(/^could not initialize '[^']*': (could not load JS test '[^']*': )?/, '')
      .replace(/file:\/\/\S*?script\.ts: (?=Line )/g, '')
      .replace(
        / Make sure that you've specified the right path to the file\. If you're running k6 using the Docker image.*$/s,
        ' A script here is one file: it can import k6’s own modules, not other files or addresses.',
      )
      // k6 has no network while it reads the script.
      .replace(
        /(?<=couldn't be retrieved) from the resolved url .*$/s,
        '. A script here is one file: it can import k6’s own modules, not other files or addresses.',
      )
      .replace(/\n\tat [\s\S]*$/, '')
      .replace(/file:\/\/\S*?script\.ts/g, 'the script')
      .trim()
  );
}

function placeOf(name: string, scriptText: string): { line: number; column: number } | null {
  const at = scriptText.search(
    new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`),
  );
  if (at < 0) return null;
  const before = scriptText.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

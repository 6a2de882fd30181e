import { message, type Message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { parseLogLine } from './k6-log';
import { scriptFileName } from './k6-environment';

/** What a script is refused by. */
type ScriptFault = Message<
  | 'problems.script-error'
  | 'problems.script-error-unsaid'
  | 'problems.script-imports'
  | 'problems.script-wordy'
  | 'problems.script-endless'
>;

/** A script that k6 refuses, with the place in it, counted from 1, where one is known. */
export class ScriptError extends Problem {
  constructor(
    { code, data }: ScriptFault,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(code, data, { errors: [{ path: 'scriptText', line, column }] });
  }
}

const frame = new RegExp(`${scriptFileName.replace('.', '\\.')}:(\\d+):(\\d+)`);

/** The error in what k6 wrote on stderr (its log as JSON) when it refused a script. */
export function scriptErrorOf(stderr: string, scriptText: string): ScriptError {
  const errors = stderr.split('\n').flatMap((line) => {
    const entry = line.trim() === '' ? null : parseLogLine(line);
    return entry === null || !['error', 'fatal'].includes(entry.level) ? [] : [entry.message];
  });
  const raw = errors[0] ?? stderr.trim();
  const fault = faultOf(raw);
  // esbuild, which reports a script's syntax errors, counts columns from 0; stack traces count from 1.
  const syntax = /Line (\d+):(\d+) /.exec(raw);
  if (syntax) return new ScriptError(fault, Number(syntax[1]), Number(syntax[2]) + 1);
  const thrown = frame.exec(raw);
  if (thrown) return new ScriptError(fault, Number(thrown[1]), Number(thrown[2]));
  const culprit = /moduleSpecifier "([^"]+)"|unknown modules \["([^"]+)"|unknown field "([^"]+)"/
    .exec(raw)
    ?.slice(1)
    .find((name) => name !== undefined);
  const place = culprit === undefined ? null : placeOf(culprit, scriptText);
  return place ? new ScriptError(fault, place.line, place.column) : new ScriptError(fault);
}

/** k6's own words, without paths of this machine. */
function faultOf(raw: string): ScriptFault {
  if (raw === '') return message('problems.script-error-unsaid');
  const importsFile =
    / Make sure that you've specified the right path to the file\. If you're running k6 using the Docker image.*$/s;
  // k6 has no network while it reads the script.
  const importsAddress = /(?<=couldn't be retrieved) from the resolved url .*$/s;
  const cause = raw
    .replace(/^could not initialize '[^']*': (could not load JS test '[^']*': )?/, '')
    // The place is told apart, and counted from 1.
    .replace(/file:\/\/\S*?script\.ts: Line \d+:\d+ /g, '')
    .replace(importsFile, '')
    .replace(importsAddress, '.')
    .replace(/\n\tat [\s\S]*$/, '')
    .replace(/file:\/\/\S*?script\.ts/g, 'the script')
    .trim();
  const imports = importsFile.test(raw) || importsAddress.test(raw);
  return message(imports ? 'problems.script-imports' : 'problems.script-error', { cause });
}

function placeOf(name: string, scriptText: string): { line: number; column: number } | null {
  const at = scriptText.search(
    new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`),
  );
  if (at < 0) return null;
  const before = scriptText.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

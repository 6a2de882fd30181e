// Holds `messages/` against itself and against the code: a key that is missing in a language, that nobody uses or that
// has other placeholders fails.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@/lib/environment/paths';
import { locales, messagesOf } from '@/lib/words/catalogue';
import { checkLanguage, checkUse, sentencesOf } from './words/check';

const english = sentencesOf(messagesOf('en'));
const files = ['app', 'lib', 'cli']
  .flatMap((folder) =>
    readdirSync(join(projectRoot(), folder), { recursive: true, encoding: 'utf8' }).map((path) =>
      join(folder, path),
    ),
  )
  .concat('proxy.ts')
  .filter((path) => /(?<!\.test)\.tsx?$/.test(path) && !path.includes('generated'))
  .map((path) => ({ path, text: readFileSync(join(projectRoot(), path), 'utf8') }));
const problems = [
  ...locales().flatMap((locale) => checkLanguage(locale, english, sentencesOf(messagesOf(locale)))),
  ...checkUse(english, files),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

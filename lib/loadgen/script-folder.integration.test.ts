import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateDirectory } from '@/lib/environment/paths';
import { english } from '@/lib/words/english';
import { inspectScript, ScriptError } from './inspect';
import { findK6 } from './k6-binary';
import { type LoadedFile } from './script-folder';
import { readUpload } from './upload/read-upload';

const { path: k6Path } = await findK6({ stateDir: stateDirectory() });

const main = `import grpc from 'k6/net/grpc';
import { SharedArray } from 'k6/data';
import { pick } from './lib/pick.ts';
const users = new SharedArray('users', () => open('./data/users.csv').split('\\n'));
const client = new grpc.Client();
client.load(['protos'], 'ping.proto');
export const options = { vus: users.length, iterations: 10 };
export default function () { pick(users); }`;
const good: Record<string, string> = {
  'lib/pick.ts': 'export function pick(all: string[]): string {\n  return all[0];\n}',
  'data/users.csv': 'anna\nbert\ncarla',
  'protos/ping.proto':
    'syntax = "proto3";\nmessage Ping { string msg = 1; }\nservice P { rpc Do(Ping) returns (Ping); }',
};

const inspect = (files: Record<string, string | null>, scriptText = main) =>
  inspectScript({
    k6Path,
    scriptName: 'folder',
    scriptText,
    entry: 'main.ts',
    files: Object.entries({ ...good, ...files }).flatMap(([path, content]): LoadedFile[] =>
      content === null ? [] : [{ path, content: path.endsWith('.csv') ? Buffer.from(content) : content }],
    ),
    env: {},
    uncagedAllowed: true,
  });

describe('a script of several files', () => {
  it('imports its modules, opens its data and loads its protos', async () => {
    await expect(inspect({})).resolves.toMatchObject({
      scenarios: { default: { executor: 'shared-iterations', vus: 3, iterations: 10 } },
    });
  });

  it('is read from what k6 archives, also where it reads files beside its own folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scaletrace-archive-'));
    try {
      for (const one of ['scripts', 'shared']) mkdirSync(join(folder, one));
      writeFileSync(join(folder, 'shared/users.csv'), 'anna,bert');
      writeFileSync(join(folder, 'scripts/lib.ts'), 'export const n: number = 3;');
      const main = `import { n } from './lib.ts';
        const users = open('../shared/users.csv');
        export default function () { console.log(n, users); }`;
      writeFileSync(join(folder, 'scripts/my load.ts'), main);
      const tar = join(folder, 'archive.tar');
      execFileSync(k6Path, ['archive', '-O', tar, join(folder, 'scripts/my load.ts')], { stdio: 'ignore' });
      const upload = await readUpload(readFileSync(tar), '');
      expect(upload.files.map(({ path }) => path).sort()).toEqual([
        'scripts/lib.ts',
        'scripts/my load.ts',
        'shared/users.csv',
      ]);
      expect(upload.entry).toBe('scripts/my load.ts');
      const texts = new Map(upload.files.map(({ path, content }) => [path, content.toString()]));
      expect(texts.get('scripts/my load.ts')).toBe(main);
      expect(texts.get('shared/users.csv')).toBe('anna,bert');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('starts with what an archive was made with, by flags and -e, as k6 run of it does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scaletrace-archive-'));
    try {
      const main = `import exec from 'k6/execution';
        export const options = { vus: 1, duration: '9s', thresholds: { iterations: ['count>3'] } };
        open('./data.txt');
        export function setup() { return exec.test.options.scenarios.default.vus; }
        export default function (vus) { console.log(vus, __ENV.GREETING, exec.test.options.scenarios.default.iterations); }`;
      writeFileSync(join(folder, 'load.ts'), main);
      writeFileSync(join(folder, 'data.txt'), 'anna');
      const tar = join(folder, 'archive.tar');
      const flags = [
        '--vus=3',
        '--iterations=7',
        '-e',
        'GREETING=hello',
        '-e',
        'HOST=other',
        '-e',
        'K6_RPS=1',
      ];
      execFileSync(k6Path, ['archive', ...flags, '-O', tar, join(folder, 'load.ts')], { stdio: 'ignore' });
      const { files, entry, archive } = await readUpload(readFileSync(tar), '');
      expect(archive).toEqual({ options: entry, env: { GREETING: 'hello' }, envLeftOut: ['HOST', 'K6_RPS'] });
      expect(files.map(({ path }) => path).sort()).toEqual(['archive-options.js', 'data.txt', 'load.ts']);
      const texts = new Map(files.map(({ path, content }) => [path, content.toString()]));
      expect(texts.get('load.ts')).toBe(main);
      const asked = {
        k6Path,
        scriptName: 'archive',
        entry,
        scriptText: texts.get(entry)!,
        files: files.filter(({ path }) => path !== entry),
        env: archive!.env,
        uncagedAllowed: true,
      };
      const { vus, iterations, duration, thresholds, maxVUs } = await inspectScript(asked);
      expect({ vus, iterations, duration, thresholds, maxVUs }).toEqual({
        vus: 3,
        iterations: 7,
        duration: null,
        thresholds: { iterations: ['count>3'] },
        maxVUs: 3,
      });
      const unpacked = join(folder, 'unpacked');
      mkdirSync(unpacked);
      for (const [path, text] of texts) writeFileSync(join(unpacked, path), text);
      const [archived, taken] = [[tar], ['-e', 'GREETING=hello', join(unpacked, entry)]].map((args, run) => {
        const said = join(folder, `said-${run}`);
        execFileSync(
          k6Path,
          ['run', '--quiet', '--no-usage-report', '--address=', `--console-output=${said}`, ...args],
          {
            stdio: 'ignore',
          },
        );
        return readFileSync(said, 'utf8').replace(/time="[^"]*"/g, '');
      });
      expect(taken).toBe(archived);
      expect(taken).toContain('3 hello 7');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each<[string, Record<string, string | null>, object, RegExp]>([
    [
      'a module with wrong syntax',
      { 'lib/pick.ts': 'export const a = 1;\nexport function pick(all { }' },
      { path: 'files.lib/pick.ts', line: 2, column: 26 },
      /^Expected/,
    ],
    [
      'a module that throws',
      { 'lib/pick.ts': 'export function pick() {}\nthrow new Error("boom");' },
      { path: 'files.lib/pick.ts', line: 2, column: 7 },
      /^Error: boom$/,
    ],
    [
      'a module that imports what is not there',
      { 'lib/pick.ts': '\nimport x from "./nope.ts";\nexport function pick() { return x; }' },
      { path: 'files.lib/pick.ts', line: 2 },
      /"\.\/nope\.ts" couldn't be found.*Upload that file with the others/,
    ],
    [
      'a proto that does not parse',
      { 'protos/ping.proto': 'syntax = "proto3";\nmessage Ping { string msg }' },
      { path: 'files.protos/ping.proto', line: 2, column: 27 },
      /ping\.proto:2:27: syntax error/,
    ],
    [
      'a proto that names what is not there',
      { 'protos/ping.proto': 'syntax = "proto3";\nservice P { rpc Do(Ping) returns (Ping); }' },
      { path: 'files.protos/ping.proto', line: 2, column: 20 },
      /unknown request type Ping/,
    ],
    [
      'no proto',
      { 'protos/ping.proto': null },
      { path: 'scriptText', line: 6 },
      /protos\/ping\.proto: no such file/,
    ],
    [
      'no data file',
      { 'data/users.csv': null },
      { path: 'scriptText', line: 4 },
      /data\/users\.csv: no such file/,
    ],
  ])('with %s is refused at its place', async (_, files, place, why) => {
    const error = await inspect(files).then(
      () => expect.fail('it was taken'),
      (thrown: unknown) => thrown as ScriptError,
    );
    expect(error).toBeInstanceOf(ScriptError);
    const said = english(error.said);
    expect(said).toMatch(why);
    // No path of this machine.
    expect(said).not.toContain(stateDirectory());
    expect(error.errors).toEqual([expect.objectContaining(place)]);
  });
});

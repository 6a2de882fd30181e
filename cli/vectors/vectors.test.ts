import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printReplay, replayDirectories, type Replayed } from './replay';

const vectors = fileURLToPath(new URL('../../testdata/autoscaler', import.meta.url));

describe('golden vectors of the real Go code', () => {
  test('all of them pass', () => {
    const printed: string[] = [];
    const { passed, failed } = printReplay(replayDirectories([vectors]), (text) => printed.push(text));
    expect(printed.join('\n')).toBe('');
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThan(1000);
  });

  test.each([
    ['a tick that says otherwise', 'kpa', '"e":"tick"', '"desired":', '"desired":1'],
    ['a reconcile that says otherwise', 'kpa', '"e":"rec"', '"numActivators":', '"numActivators":1'],
    ['a sync that says otherwise', 'hpa', '"e":"sync"', '"desired":', '"desired":1'],
  ])('%s is found, and named by its line', (_what, set, kind, field, changed) => {
    const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
    try {
      const name = set === 'kpa' ? 'kpa-002.json' : 'hpa-001.json';
      const lines = gunzipSync(readFileSync(join(vectors, set, `${name}.gz`)))
        .toString('utf8')
        .split('\n');
      const at = lines.findLastIndex((line) => line.includes(kind) && line.includes(field));
      const out = lines[at]!.lastIndexOf(field);
      lines[at] = lines[at]!.slice(0, out) + changed + lines[at]!.slice(out + field.length);
      mkdirSync(join(folder, set));
      writeFileSync(join(folder, set, name), lines.join('\n'));
      const [replayed] = [...replayDirectories([folder])];
      expect(replayed?.differences.join('\n')).toContain(`line ${at + 1}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a set, a file of it and a folder around them are taken; the same file once', () => {
    const all = [...replayDirectories([join(vectors, 'hpa')])];
    const one = [
      ...replayDirectories([
        join(vectors, 'hpa', 'hpa-001.json.gz'),
        join(vectors, 'hpa', 'hpa-001.json.gz'),
      ]),
    ];
    expect(one).toHaveLength(1);
    expect(all.map(({ name }) => name)).toContain(one[0]!.name);
  });
});

describe('folders and files that cannot be replayed', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vectors-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const replay = (...parts: string[]): Replayed[] => [...replayDirectories([join(folder, ...parts)])];
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  test.each([
    ['nothing there', 'absent', '', /cannot be read/],
    ['no vectors in it', 'empty/readme.txt', 'x', /has no vectors/],
    ['not JSON', 'broken/kpa/a.json', '{"e":"head"\n', /line 1/],
    ['an empty trace', 'blank/hpa/a.json', '\n', /is empty/],
    ['a head alone', 'head/kpa/a.json', '{"e":"head","derived":{}}\n', /no events/],
    ['an unknown unit file', 'unknown/kpa-unit/other.json', '{}\n', /no known kind/],
    [
      'an unknown event',
      'event/kpa/a.json',
      '{"e":"head","derived":{}}\n{"e":"dance","t":0}\n',
      /unknown kind of event/,
    ],
  ])('%s', (_what, path, text, expected) => {
    if (text !== '') write(path, text);
    const [first] = replay(path.split('/')[0]!);
    expect(first?.differences.join('\n')).toMatch(expected);
  });

  test('a good case beside a bad one: each line counts', () => {
    write('units/kpa-unit/samplesize.json', '[3,3]\n[20,9]\n[20,8]\n');
    expect(printReplay(replay('units'), () => {})).toEqual({ passed: 2, failed: 1 });
    cpSync(join(folder, 'units'), join(folder, 'deep', 'er'), { recursive: true });
    expect(printReplay(replay('deep'), () => {})).toEqual({ passed: 2, failed: 1 });
  });
});

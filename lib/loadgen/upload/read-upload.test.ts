import { gzipSync } from 'node:zlib';
import { pack, type Header as TarHeader } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { scriptFileLimits } from '@/lib/model/script-files';
import { type Problem } from '@/lib/model/problem';
import { english } from '@/lib/words/english';
import { readUpload, type Upload } from './read-upload';

type Entry = Partial<TarHeader> & { name: string; text?: string };

async function tarOf(entries: readonly Entry[]): Promise<Uint8Array> {
  const tar = pack();
  for (const { text = '', ...header } of entries) tar.entry(header, text);
  tar.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of tar as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}

async function formOf(files: Record<string, string>): Promise<Upload> {
  const form = new FormData();
  for (const [path, text] of Object.entries(files)) form.append(path, new Blob([text]), 'x');
  const { headers, body } = new Response(form);
  return readUpload(
    new Uint8Array(await new Response(body).arrayBuffer()),
    headers.get('content-type') ?? '',
  );
}

const readTarOf = async (entries: readonly Entry[]): Promise<Upload> =>
  readUpload(await tarOf(entries), 'application/x-tar');

async function refusal(reading: Promise<unknown>): Promise<{ status: number; said: string }> {
  const problem = await reading.then(
    () => expect.fail('it was taken'),
    (error: Problem) => error,
  );
  return { status: problem.status, said: english(problem.said) };
}

const paths = ({ files }: Upload): string[] => files.map(({ path }) => path).sort();
const script = { name: 'load/main.ts', text: 'export default function () {}' };

describe('an upload of several files', () => {
  it('is a form whose fields are named by paths: of a folder, without its name', async () => {
    const upload = await formOf({
      'load/lib/users.ts': 'x',
      'load/main.ts': 'y',
      'load/data/users.csv': 'a,b',
      'load/.git/config': 'z',
      'load/node_modules/k6/index.d.ts': 'z',
    });
    expect(paths(upload)).toEqual(['data/users.csv', 'lib/users.ts', 'main.ts']);
    expect(upload).toMatchObject({ entry: 'main.ts', leftOut: 2 });
    expect(upload.files.find(({ path }) => path === 'data/users.csv')?.content.toString()).toBe('a,b');
  });

  it('is a tar of a folder', async () => {
    const upload = await readTarOf([
      { name: './load/', type: 'directory' },
      { ...script, name: './load/soak.ts' },
      { name: './load/ping.proto', text: 'syntax = "proto3";' },
    ]);
    expect(paths(upload)).toEqual(['ping.proto', 'soak.ts']);
    expect(upload.entry).toBe('soak.ts');
  });

  it.each([
    ['leads upwards', '../main.ts', /leads out of the folder/],
    ['leads upwards within', 'a/../../main.ts', /leads out of the folder/],
    ['is absolute', '/etc/main.ts', /absolute/],
    ['is absolute on Windows', 'C:/main.ts', /absolute/],
    ['has a backslash', '..\\main.ts', /backslash/],
    ['has an empty part', 'a//main.ts', /empty/],
    ['is long', `${'a/'.repeat(300)}main.ts`, /too long/],
  ])('is refused where a path %s', async (_, name, why) => {
    const beside = { name: 'z.ts', text: '' };
    for (const reading of [readTarOf([{ ...script, name }, beside]), formOf({ [name]: '', 'z.ts': '' })]) {
      const { status, said } = await refusal(reading);
      expect(status).toBe(422);
      expect(said).toMatch(why);
    }
  });

  it('is refused where a path has a NUL', async () => {
    const { status, said } = await refusal(
      readTarOf([{ ...script, name: 'main.ts\0.csv', pax: { path: 'main.ts\0.csv' } }, { name: 'z.ts' }]),
    );
    expect(status).toBe(422);
    expect(said).toMatch(/control characters/);
  });

  it.each(['symlink', 'link', 'character-device', 'fifo'] as const)(
    'is refused where the tar has a %s',
    async (type) => {
      const { status, said } = await refusal(
        readTarOf([script, { name: 'load/out.csv', type, linkname: '/etc/passwd' }]),
      );
      expect(status).toBe(422);
      expect(said).toMatch(/load\/out\.csv.*no plain file/);
    },
  );

  it('is refused where a path stands twice, or a file is another’s folder', async () => {
    expect((await refusal(readTarOf([script, script]))).said).toMatch(/twice/);
    const below = { name: 'load/main.ts/x.csv' };
    expect((await refusal(readTarOf([script, below]))).said).toMatch(/name of its folder/);
  });

  it('is refused with 10,000 files', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `load/${i}.ts` }));
    const { status, said } = await refusal(readTarOf(many));
    expect(status).toBe(413);
    expect(said).toContain('1,000 files');
  });

  it('is refused by the size that its headers announce, before that is read', async () => {
    const bomb = Buffer.from(await tarOf([{ name: 'bomb.ts', text: '' }]));
    // A header that says 64 GiB - 1, the most that ustar can, with its checksum made anew.
    bomb.write('77777777777', 124);
    bomb.fill(' ', 148, 156);
    const sum = bomb.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    bomb.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const { status, said } = await refusal(readUpload(bomb, 'application/x-tar'));
    expect(status).toBe(413);
    expect(said).toContain(`${scriptFileLimits.bytes / 2 ** 20} MiB`);
  });

  it('is refused where it is no tar, is packed, or ends too early', async () => {
    const whole = await tarOf([{ ...script, text: 'x'.repeat(2000) }]);
    for (const body of [
      Buffer.from('PK\x03\x04'),
      gzipSync(whole),
      Buffer.alloc(0),
      whole.subarray(0, 1000),
    ]) {
      const { status, said } = await refusal(readUpload(body, 'application/x-tar'));
      expect(status).toBe(422);
      expect(said).toMatch(/no archive or folder that can be read/);
    }
  });

  it('is refused without a script, and with an archive’s module of another address', async () => {
    expect((await refusal(readTarOf([{ name: 'a/users.csv', text: 'x' }]))).said).toMatch(/no script among/);
    const archived = [
      { name: 'metadata.json', text: JSON.stringify({ type: 'js', filename: 'file:///a/main.js' }) },
      { name: 'data', text: '' },
      { name: 'https/jslib.k6.io/x.js', text: '' },
    ];
    expect((await refusal(readTarOf(archived))).said).toMatch(/jslib\.k6\.io\/x\.js/);
  });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { artefactLimits } from '@/lib/model/artefact';
import { collectArtefacts } from './artefacts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scaletrace-artefacts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('takes plain files by name, and follows no link', async () => {
  writeFileSync(join(folder, 'b.json'), '{}');
  writeFileSync(join(folder, 'a.txt'), '');
  mkdirSync(join(folder, 'folder'));
  symlinkSync('/etc/passwd', join(folder, 'link.txt'));
  expect(await collectArtefacts(folder)).toEqual([
    { name: 'a.txt', bytes: 0, content: Buffer.alloc(0) },
    { name: 'b.json', bytes: 2, content: Buffer.from('{}') },
  ]);
});

it('keeps as many, and as many bytes, as is kept of a run, and names the rest', async () => {
  const half = artefactLimits.totalBytes / 2;
  writeFileSync(join(folder, '0'), Buffer.alloc(half));
  writeFileSync(join(folder, '1'), Buffer.alloc(half + 1));
  writeFileSync(join(folder, '2'), Buffer.alloc(half));
  const bytes = await collectArtefacts(folder);
  expect(bytes.map(({ name, content }) => [name, content?.length ?? null])).toEqual([
    ['0', half],
    ['1', null],
    ['2', half],
  ]);
  for (let i = 0; i < artefactLimits.listed + 5; i++) writeFileSync(join(folder, `file-${i}`), '');
  const many = await collectArtefacts(folder);
  expect(many).toHaveLength(artefactLimits.listed);
  expect(many.filter(({ content }) => content !== null)).toHaveLength(artefactLimits.kept);
});

import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

/**
 * The command line as it is met: `transcripts.txt` holds calls after `$ `, a password to type after `< `, what was
 * printed, and the exit code after `? ` unless it is 0. The calls of one block are made in order, the blocks at once. `npx vitest run --project integration cli -u` writes it anew.
 */
const file = fileURLToPath(new URL('transcripts.txt', import.meta.url));
const program = fileURLToPath(new URL('../bin/scaletrace.mjs', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'scaletrace-cli-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Called from another folder than the checkout, with a state of its own. */
function call(line: string, input: string): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, SCALETRACE_DIR: join(work, 'state') };
  for (const name of ['DATABASE_URL', 'SCALETRACE_URL', 'SCALETRACE_TOKEN']) delete env[name];
  const words = line.split(' ');
  for (; /^[A-Z_0-9]+=/.test(words[0] ?? ''); words.shift())
    env[words[0]!.split('=')[0]!] = words[0]!.split('=')[1];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...words.slice(1)], { cwd: work, env });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.on('close', (code) =>
      resolve(`${printed.replaceAll(work, 'WORK')}${code === 0 ? '' : `? ${code}\n`}`),
    );
    child.stdin.end(input);
  });
}

it('answers as written', async () => {
  cpSync(fileURLToPath(new URL('../testdata/autoscaler/hpa', import.meta.url)), join(work, 'hpa'), {
    recursive: true,
  });
  const blocks = readFileSync(file, 'utf8').split(/^(?=# )/m);
  const told = await Promise.all(
    blocks.map(async (block) => {
      const lines = block.split('\n');
      const printed = [lines[0]!];
      for (const [index, line] of lines.entries()) {
        if (!line.startsWith('$ ')) continue;
        const next = lines[index + 1] ?? '';
        printed.push(line, ...(next.startsWith('< ') ? [next] : []));
        printed.push(
          (await call(line.slice(2), next.startsWith('< ') ? `${next.slice(2)}\n` : '')).trimEnd(),
        );
      }
      return `${printed.join('\n')}\n`;
    }),
  );
  await expect(told.join('\n')).toMatchFileSnapshot(file);
});

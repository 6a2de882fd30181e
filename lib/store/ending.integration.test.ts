import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newDatabase, onPostgres } from './fake-database';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-ending-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** How a process of its own ends that runs `program`, and what it printed. */
function run(program: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, output })));
}

const modules = (...files: string[]): string[] =>
  files.map((file) => JSON.stringify(join(process.cwd(), file)));

describe.skipIf(onPostgres)('while a file is read, at any moment', () => {
  it('a process ends by the code that it was to end by', async () => {
    const url = await newDatabase(folder);
    const [client] = modules('lib/store/client.ts');
    for (let afterMs = 0; afterMs < 40; afterMs += 10)
      expect(
        await run(`
          import { openStore } from ${client};
          const store = await openStore(${JSON.stringify(url)});
          const write = () => store.setting.create({ data: { key: String(Math.random()), valueJson: '1', updatedAtMs: 1 } });
          await write();
          for (let i = 0; i < 2000; i++) void [store.setting.findMany(), write()].map((asked) => asked.catch(() => 0));
          setTimeout(() => process.exit(7), ${afterMs});
        `),
      ).toEqual({ code: 7, signal: null, output: '' });
  });

  it('a thread that reads is left: the process lives on, and the thread of its connection ends', async () => {
    const url = await newDatabase(folder, 'left');
    const [client, threads, slots] = modules(
      'lib/store/client.ts',
      'lib/threads/run-in-thread.ts',
      'lib/threads/slots.ts',
    );
    const program = `
      import { readdir } from 'node:fs/promises';
      import { openStore, readingInput } from ${client};
      import { runInThread } from ${threads};
      import { Slots } from ${slots};
      const store = await openStore(${JSON.stringify(url)});
      for (let i = 0; i < 200; i++)
        await store.setting.create({ data: { key: String(i), valueJson: '1', updatedAtMs: 1 } });
      const one = new Slots(1, 0);
      const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      const count = async () => (process.platform === 'linux' ? (await readdir('/proc/self/task')).length : 0);
      const read = async (most, leave) => {
        const values = runInThread({
          file: 'lib/runs/reading-trial-thread.ts',
          input: () => readingInput(store, {}),
          slots: one,
          signal: leave.signal,
          bounds: { seconds: 60, heapMebibytes: 256 },
        });
        for await (const value of values) if (value !== 40000 || --most === 0) return value;
      };
      const outcomes = [await read(3, new AbortController())];
      await wait(500);
      const before = await count();
      for (let i = 0; i < 20; i++) {
        const leave = new AbortController();
        const reading = read(Infinity, leave).catch((error) => error.message);
        await wait(60 * i);
        leave.abort(new Error('left'));
        outcomes.push(await reading);
      }
      for (let tries = 0; tries < 100 && (await count()) > before; tries++) await wait(100);
      console.log(JSON.stringify({ outcomes: [...new Set(outcomes)], more: Math.max(0, (await count()) - before) }));
      process.exit(0);
    `;
    expect(await run(program)).toEqual({
      code: 0,
      signal: null,
      output: '{"outcomes":[40000,"left"],"more":0}\n',
    });
  });
});

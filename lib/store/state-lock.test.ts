import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { holdState, refuseSecond } from './state-lock';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a second dashboard on a folder is refused by name, until the first is gone, however it ends', async () => {
  const program = `import { holdState } from './lib/store/state-lock.ts';
    holdState(${JSON.stringify(folder)}, 'http://127.0.0.1:4300');
    console.log('held');
    setInterval(() => {}, 1000);`;
  const first = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(first.stdout, 'data');
  for (const attempt of [() => holdState(folder, 'http://127.0.0.1:4400'), () => refuseSecond(folder)])
    expect(attempt).toThrow(`process ${first.pid}, http://127.0.0.1:4300`);
  first.kill('SIGKILL');
  await once(first, 'exit');
  refuseSecond(folder);
  holdState(folder, 'http://127.0.0.1:4400');
  // The same process may ask twice: Next loads this in more than one bundle.
  holdState(folder, 'http://127.0.0.1:4400');
  refuseSecond(folder);
});

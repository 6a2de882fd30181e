import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type z } from 'zod';
import { guardMessageSchema, spawnGuard } from './cage/run-guarded';
import { type GuardStart } from './cage/shape';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-guard-'));
const stops: (() => void)[] = [];
afterAll(() => {
  for (const stop of stops) stop();
  rmSync(folder, { recursive: true, force: true });
});

type Told = z.infer<typeof guardMessageSchema>;

/** A guard of a program that goes on for ever; `told`: what it said, and `ended`: that it has ended. */
function guarded(name: string): {
  beat: () => void;
  kill: () => void;
  told: Told[];
  ended: Promise<unknown>;
} {
  const guard = spawnGuard(folder);
  const told: Told[] = [];
  guard.on('message', (said) => told.push(guardMessageSchema.parse(said)));
  const ended = new Promise((resolve) => guard.once('close', resolve));
  const start: GuardStart = {
    program: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    cwd: folder,
    env: {},
    folder,
    cage: null,
    config: { path: join(folder, `${name}.json`), content: {} },
    relay: null,
    beat: { everyMs: 200, mostMissed: 25 },
  };
  const send = (message: string | object): void => void (guard.connected && guard.send(message, () => {}));
  send(start);
  stops.push(() => send('kill'));
  return { beat: () => send('beat'), kill: () => send('kill'), told, ended };
}

it('ends a load whose dashboard stands still, and none whose dashboard goes on', async () => {
  const frozen = guarded('frozen');
  const going = guarded('going');
  const beating = setInterval(going.beat, 200);
  try {
    await frozen.ended;
    expect(frozen.told).toEqual([
      { pid: expect.any(Number) as unknown },
      { unheardS: 5.2 },
      { code: null, signal: 'SIGTERM' },
    ]);
    expect(going.told).toEqual([{ pid: expect.any(Number) as unknown }]);
    going.kill();
    await going.ended;
    expect(going.told.at(-1)).toEqual({ code: null, signal: 'SIGKILL' });
  } finally {
    clearInterval(beating);
  }
});

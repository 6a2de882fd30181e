import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openTestStore, queueRun, registerService, until, type TestStore } from '@/lib/runs/fake-run';
import { getRecording, type Recording } from '@/lib/runs/recording';
import { getStore } from '@/lib/store/client';
import { findRun, moveRun } from '@/lib/store/runs';
import { log } from '@/lib/telemetry/log.mjs';

/** The thread that records, as the dashboard has it. */
let opened: TestStore;
let recording: Recording;

beforeAll(async () => {
  opened = await openTestStore();
  recording = await getRecording();
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  await opened.close();
});

it('refuses in the words of what refuses', async () => {
  const request = { serviceId: 'none', scriptName: 'tutorial', env: {}, tags: [] };
  await expect(recording.start(request, { startedBy: null, uncagedAllowed: false })).rejects.toMatchObject({
    said: { code: 'problems.unknown-service' },
    errors: [{ path: 'serviceId' }],
  });
});

it('is begun again when its thread fails: what was under way is interrupted, and who waits is told', async () => {
  const printed = vi.spyOn(log, 'error').mockImplementation(() => undefined);
  const store = await getStore();
  const { id } = await queueRun(store, await registerService(store, 'checkout'), 'under-way');
  await moveRun(store, id, 'starting');
  await moveRun(store, id, 'running', { loadStartMs: 5 });
  const failing = recording as Recording & { ask: (method: string, args: unknown[]) => Promise<unknown> };
  await expect(failing.ask('no method of it', [])).rejects.toThrow(TypeError);
  await until(async () => (await findRun(store, id))?.state === 'interrupted');
  const again = await getRecording();
  expect(again).not.toBe(recording);
  await expect(again.stop('none', 'kill')).rejects.toMatchObject({ said: { code: 'problems.run-unknown' } });
  expect(printed).toHaveBeenCalled();
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { newSecret } from '@/lib/access/secret';
import { getStore } from '@/lib/store/client';
import { fakeService } from '@/lib/runs/fake-run';
import { saveService } from '@/lib/store/services';
import { addToken } from '@/lib/store/tokens';
import { type ApiClient } from './client';
import { mountedClient } from './mounted-client';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-uncaged-'));
const script = { scriptName: 'mine', scriptText: 'export default function () {}' };
let [runner, admin]: ApiClient[] = [];
let serviceId = '';

async function runnerClient(): Promise<ApiClient> {
  const { secret, hash } = newSecret();
  const token = { name: 'ci', tokenHash: hash, scope: 'run' as const, userId: null, expiresAtMs: null };
  await addToken(await getStore(), token, Date.now());
  return mountedClient({ authorization: `Bearer ${secret}` });
}

beforeAll(async () => {
  vi.stubEnv('SCALETRACE_DIR', folder);
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
  // On loopback, where no sign-in is asked, who sends no token is an admin.
  [runner, admin] = [await runnerClient(), mountedClient()];
  serviceId = (await saveService(await getStore(), fakeService('s'), Date.now())).id;
});
afterEach(() => {
  vi.stubEnv('SCALETRACE_CAGE', undefined);
  vi.stubEnv('SCALETRACE_ALLOW_UNCAGED', undefined);
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('a machine without a cage', () => {
  it('says so, and lets admins alone check and run scripts', async () => {
    vi.stubEnv('SCALETRACE_CAGE', 'none');
    expect((await runner!('GET /api/status')).cage).toEqual({ kind: null, reasons: [], switchedOff: true });
    const refusal = {
      status: 403,
      code: 'problems.uncaged',
    };
    await expect(runner!('POST /api/scripts/check', { body: script })).rejects.toMatchObject(refusal);
    await expect(runner!('POST /api/runs', { body: { serviceId, ...script } })).rejects.toMatchObject(
      refusal,
    );
    expect((await admin!('GET /api/runs')).runs).toEqual([]);
    expect(await admin!('POST /api/scripts/check', { body: script })).toMatchObject({ ok: true });
  });

  it('lets runners too where its environment says so', async () => {
    vi.stubEnv('SCALETRACE_CAGE', 'none');
    vi.stubEnv('SCALETRACE_ALLOW_UNCAGED', '1');
    expect(await runner!('POST /api/scripts/check', { body: script })).toMatchObject({ ok: true });
  });
});

describe('a machine with one', () => {
  it.runIf(process.platform === 'linux')('lets runners check scripts', async () => {
    expect((await runner!('GET /api/status')).cage?.kind).not.toBeNull();
    expect(await runner!('POST /api/scripts/check', { body: script })).toMatchObject({ ok: true });
  });
});

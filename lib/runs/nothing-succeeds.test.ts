import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Authority } from '@/lib/lab/certificates';
import { FakeEngine, fakePush } from '@/lib/loadgen/fake-engine';
import { hasEnded } from '@/lib/model/life';
import { message } from '@/lib/model/message';
import { reasonOf, type Run, type Service } from '@/lib/model/run';
import { findRun } from '@/lib/store/runs';
import { saveService } from '@/lib/store/services';
import { fakeService, openTestStore, shortTimes, until, type TestStore } from './fake-run';
import { RunManager } from './manager';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-nothing-'));
const engine = new FakeEngine();
let opened: TestStore;
let manager: RunManager;
let status = 404;
const gateway = createServer((_, response) => response.writeHead(status).end());
/** As nginx with `ssl_verify_client on`: it shakes hands with whoever comes and refuses by a page. */
let nginx: Server;
let ca = '';
let addresses = { gateway: '', nginx: '' };

beforeAll(async () => {
  opened = await openTestStore();
  manager = new RunManager(opened.store, engine, { ...shortTimes, pushSilenceMs: 1e9 });
  const authority = await Authority.open(folder);
  ca = readFileSync(authority.certificateFile, 'utf8');
  nginx = createTls(await authority.sign(['nginx.example.com']), (_, response) =>
    response.writeHead(400).end('<center>No required SSL certificate was sent</center>'),
  );
  const listen = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  addresses = {
    gateway: `http://127.0.0.1:${await listen(gateway)}`,
    nginx: `https://127.0.0.1:${await listen(nginx)}`,
  };
});
afterAll(async () => {
  gateway.close();
  nginx.close();
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => void (status = 404));

/** The run as it ended, with pushes of so many requests by their status; null: no load was to begin. */
async function ended(
  service: Partial<Service>,
  requestsByStatus: Record<string, number> | null,
): Promise<Run> {
  const saved = await saveService(opened.store, { ...fakeService('shop'), ...service }, Date.now());
  const loads = engine.loads.length;
  const { id } = await manager.start(
    { serviceId: saved.id, scriptName: 'mine', scriptText: '', env: {}, tags: [] },
    { startedBy: null, uncagedAllowed: false },
  );
  const read = async (): Promise<Run> => (await findRun(opened.store, id))!;
  if (requestsByStatus) {
    await until(async () => (await read()).state === 'running');
    const load = engine.loads.at(-1)!;
    await manager.ingest(id, load.load.ingestSecret, fakePush(requestsByStatus));
    load.end({ reason: message('reasons.k6-thresholds-crossed') });
  }
  await until(async () => hasEnded((await read()).state));
  expect(engine.loads.length - loads).toBe(requestsByStatus ? 1 : 0);
  return read();
}

it('a load of which nothing succeeded says why before all that came of it', async () => {
  const run = await ended({ name: 'none', gatewayUrl: addresses.gateway }, { 404: 10 });
  const cause = { code: 'reasons.not-routed', data: { host: 'shop.example.com' } };
  expect(run.state).toBe('finished');
  expect(reasonOf(run)).toMatchObject({ code: 'reasons.none-succeeded', data: { cause } });
  expect(run.verdict?.said.text).toMatch(/^Failed: nothing succeeded: the gateway answers 404 for the host/);
});

it('a load of which something succeeded has no such reason', async () => {
  const run = await ended({ name: 'some', gatewayUrl: addresses.gateway }, { 200: 1, 404: 9 });
  expect(run.stateReasonCode).toBe('reasons.k6-thresholds-crossed');
});

it('no load begins where nginx wants a certificate that it would not be shown', async () => {
  const run = await ended(
    { name: 'nginx', host: 'nginx.example.com', gatewayUrl: addresses.nginx, gatewayCa: ca },
    null,
  );
  expect(run).toMatchObject({ state: 'failed', stateReasonCode: 'reasons.client-certificate-needed' });
});

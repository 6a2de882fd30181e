import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stateDirectory } from '@/lib/environment/paths';
import { english } from '@/lib/words/english';
import { type LoadLogLine } from './engine';
import { findK6 } from './k6-binary';
import { projectFile } from './k6-environment';
import { startK6, type K6Exit } from './k6-process';
import { listShippedScripts } from './scripts';

/** Two gRPC servers whose stream never ends, one without reflection. */
const servers = [new Server(), new Server()];
const ingest = createServer((request, response) =>
  request.resume().on('end', () => response.writeHead(204).end()),
);
const { path: k6Path } = await findK6({ stateDir: stateDirectory() });
let port = 0;
let reflectingPort = 0;
let log: LoadLogLine[] = [];

beforeAll(async () => {
  const definition = loadSync(projectFile('loadtests/grpc-proto/ping.proto'));
  const bound: number[] = [];
  for (const server of servers) {
    server.addService(definition['ping.PingService'] as ServiceDefinition, {
      ping: (call: { request: { msg: string } }, answer: (error: null, value: object) => void) =>
        answer(null, { msg: call.request.msg }),
      pingTimes: (call: { write(value: object): void }) => call.write({ msg: 'and then nothing' }),
    });
    if (server === servers[1]) new ReflectionService(definition).addToServer(server);
    bound.push(
      await new Promise((resolve, reject) =>
        server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, at) =>
          error ? reject(error) : resolve(at),
        ),
      ),
    );
  }
  [port = 0, reflectingPort = 0] = bound;
  await new Promise<void>((resolve) => ingest.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const server of servers) server.forceShutdown();
  ingest.close();
});
beforeEach(() => {
  log = [];
});

async function run(name: string, env: Record<string, string>, at = port): Promise<K6Exit> {
  const script = (await listShippedScripts()).find((one) => one.name === name)!;
  const workDir = mkdtempSync(join(tmpdir(), 'scaletrace-grpc-'));
  try {
    const target = { gatewayUrl: `http://127.0.0.1:${at}`, host: 'grpc-ping.default.example.com' };
    const k6 = await startK6({
      k6Path,
      scriptName: name,
      scriptText: script.body,
      entry: script.entry,
      files: script.files.map(({ path, text }) => ({ path, content: text! })),
      target,
      env: { TARGET_URL: target.gatewayUrl, HOST: target.host, VUS: '2', DURATION: '2s', ...env },
      uncagedAllowed: true,
      ingestUrl: `http://127.0.0.1:${(ingest.address() as AddressInfo).port}/ingest`,
      ingestSecret: 'secret',
      workDir,
      onLog: (line) => log.push(line),
    });
    return await k6.exited;
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}
const said = (): string =>
  log.map(({ text }) => (typeof text === 'string' ? text : english(text))).join('\n');
const counted = ({ summary }: K6Exit, metric: string): number =>
  summary?.metrics.find((one) => one.metric === metric)?.values.count ?? 0;

it('calls a server without reflection by the proto that lies beside the script', async () => {
  const exit = await run('grpc-proto', { DURATION: '1s' });
  expect(exit, said()).toMatchObject({ outcome: 'finished' });
  expect(counted(exit, 'grpc_req_duration') + counted(exit, 'iterations')).toBeGreaterThan(1);
  expect(exit.summary?.checks).toEqual([expect.objectContaining({ name: 'status is OK', fails: 0 })]);
});

it('ends a load by reflection at once where there is none, and says why and where', async () => {
  const exit = await run('grpc', { DURATION: '60s', STREAMS: '0' });
  expect(exit.state, said()).toBe('failed');
  expect(english(exit.reason!)).toMatch(/take the script grpc-proto.*not implement.* \(grpc, line \d+\)$/s);
});

it('ends a stream that never ends after its time, says so, and counts it as failed', async () => {
  const exit = await run('grpc', { DURATION: '2s', VUS: '1', STREAMS: '1', TIMEOUT: '1s' }, reflectingPort);
  expect(said()).toMatch(/A stream of ping\.PingService\/PingTimes broke off: .*deadline/i);
  const checks = new Map(exit.summary?.checks.map((check) => [check.name, check]));
  expect(checks.get('stream ended well'), said()).toMatchObject({ passes: 0 });
  expect(checks.get('stream ended well')!.fails).toBeGreaterThan(0);
  // The calls beside it are whole.
  expect(checks.get('status is OK')).toMatchObject({ fails: 0 });
});

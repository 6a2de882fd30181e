import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stateDirectory } from '@/lib/environment/paths';
import { Authority } from '@/lib/lab/certificates';
import { type Target, targetUrlOf } from '@/lib/model/target';
import { textOf } from '@/lib/words/english';
import { findK6 } from './k6-binary';
import { startK6 } from './k6-process';

const host = 'shop.example.com';
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-k6-tls-'));
const asked: { servername: string | false; host: string | undefined }[] = [];
let gateway: Server;
let receiver: HttpServer;
let ca = '';
let k6Path = '';
beforeAll(async () => {
  k6Path = (await findK6({ stateDir: stateDirectory() })).path;
  const authority = await Authority.open(folder);
  ca = readFileSync(authority.certificateFile, 'utf8');
  gateway = createServer(await authority.sign([host]), (request, response) => {
    const { servername } = request.socket as TLSSocket & { servername: string | false };
    asked.push({ servername, host: request.headers.host });
    response.end('ok');
  });
  receiver = createHttp((request, response) =>
    request.resume().on('end', () => response.writeHead(204).end()),
  );
  for (const server of [gateway, receiver])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  gateway.close();
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const portOf = (server: Server | HttpServer): number => (server.address() as AddressInfo).port;

/** What one request gave by k6, and what k6 said. */
async function loaded(more: Partial<Target>): Promise<{ failures: number | undefined; said: string }> {
  const target: Target = { gatewayUrl: `https://127.0.0.1:${portOf(gateway)}`, host, ...more };
  const said: string[] = [];
  asked.length = 0;
  const k6 = await startK6({
    k6Path,
    target,
    scriptName: 'tls',
    scriptText: `import http from 'k6/http';
      export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });`,
    env: { TARGET_URL: targetUrlOf(target), HOST: target.host },
    uncagedAllowed: true,
    ingestUrl: `http://127.0.0.1:${portOf(receiver)}/ingest`,
    ingestSecret: 'secret',
    workDir: mkdtempSync(join(folder, 'run-')),
    onLog: ({ text }) => said.push(typeof text === 'string' ? text : textOf(text)),
  });
  const { summary } = await k6.exited;
  const failed = summary?.metrics.find(({ metric }) => metric === 'http_req_failed')?.values;
  return { failures: failed?.passes, said: said.join('\n') };
}

it('asks the gateway’s address for the service’s host, and trusts the authority that the service names', async () => {
  expect((await loaded({ gatewayCa: ca })).failures).toBe(0);
  expect(asked).toEqual([{ servername: host, host }]);
});

it('refuses a certificate that nobody vouches for, and says why', async () => {
  const { failures, said } = await loaded({});
  expect(failures).toBe(1);
  expect(said).toMatch(/certificate signed by unknown authority/);
  expect(asked).toEqual([]);
});

it('looks at no certificate where the service says so', async () => {
  expect((await loaded({ gatewayUnverified: true })).failures).toBe(0);
  expect(asked).toEqual([{ servername: host, host }]);
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateDirectory } from '@/lib/environment/paths';
import { Authority } from '@/lib/lab/certificates';
import { Gateway } from '@/lib/lab/gateway';
import { Upstream } from '@/lib/lab/upstream';
import { type ClientCertificate } from '@/lib/model/client-certificate';
import { type Target, targetUrlOf } from '@/lib/model/target';
import { textOf } from '@/lib/words/english';
import { findK6 } from './k6-binary';
import { startK6 } from './k6-process';

const host = 'shop.example.com';
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-k6-tls-'));
const asked: { servername: string | false; host: string | undefined }[] = [];
let gateway: Server;
let receiver: HttpServer;
let pod: HttpServer;
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
  pod = createHttp((_, response) => response.end('ok'));
  for (const server of [gateway, receiver, pod])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  gateway.close();
  receiver.close();
  pod.close();
  rmSync(folder, { recursive: true, force: true });
});

const portOf = (server: NetServer): number => (server.address() as AddressInfo).port;

/** What one request gave by k6, and what k6 said. */
async function loaded(
  more: Partial<Target>,
  clientCertificate: ClientCertificate | null = null,
): Promise<{ failures: number | undefined; said: string; made: string }> {
  const target: Target = { gatewayUrl: `https://127.0.0.1:${portOf(gateway)}`, host, ...more };
  const said: string[] = [];
  asked.length = 0;
  const k6 = await startK6({
    k6Path,
    target,
    clientCertificate,
    scriptName: 'tls',
    scriptText: `import http from 'k6/http';
      import exec from 'k6/execution';
      const config = open('./k6-config.json');
      export default () => {
        console.log(JSON.stringify(exec.test.options));
        http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });
      };
      export const handleSummary = () => ({ 'config.json': config });`,
    env: { TARGET_URL: targetUrlOf(target), HOST: target.host },
    uncagedAllowed: true,
    ingestUrl: `http://127.0.0.1:${portOf(receiver)}/ingest`,
    ingestSecret: 'secret',
    workDir: mkdtempSync(join(folder, 'run-')),
    onLog: ({ text }) => said.push(typeof text === 'string' ? text : textOf(text)),
  });
  const { summary, artefacts } = await k6.exited;
  const failed = summary?.metrics.find(({ metric }) => metric === 'http_req_failed')?.values;
  return { failures: failed?.passes, said: said.join('\n'), made: String(artefacts[0]?.content) };
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

describe('a gateway that serves only clients with a certificate', () => {
  let strict: Gateway;
  let authority: Authority;
  let gatewayUrl = '';
  beforeAll(async () => {
    authority = await Authority.open(folder);
    strict = new Gateway({ maxPending: 10, clientCa: ca });
    strict.certify(await authority.sign([host]));
    const upstream = new Upstream('default/shop-00001', 1, () => {});
    upstream.addPod('pod-0', portOf(pod));
    strict.route(host, [{ upstream, percent: 100 }]);
    await new Promise<void>((resolve) => strict.tlsServer.listen(0, '127.0.0.1', resolve));
    gatewayUrl = `https://127.0.0.1:${portOf(strict.tlsServer)}`;
  });
  afterAll(() => strict.close());

  it('serves k6 with the service’s, whose key no log and no file of the run has, also where its script prints it', async () => {
    const client = await authority.sign(['tester']);
    const { failures, said, made } = await loaded({ gatewayUrl, gatewayCa: ca }, client);
    expect(failures).toBe(0);
    expect(said).toContain('"tlsAuth"');
    expect(made).toContain('"tlsAuth"');
    const [, line] = client.key.split('\n');
    for (const text of [said, made]) {
      expect(text).toContain('[private key]');
      expect(text).not.toContain(line);
    }
  });

  it('refuses k6 without', async () => {
    expect((await loaded({ gatewayUrl, gatewayCa: ca })).failures).toBe(1);
  });
});

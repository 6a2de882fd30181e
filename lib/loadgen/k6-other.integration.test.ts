import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadLogLine } from './engine';
import { createIngest } from './ingest';
import { inspectScript } from './inspect';
import { findK6 } from './k6-binary';
import { startK6 } from './k6-process';
import { listShippedScripts } from './scripts';

/** Another k6 than the one that all other tests take, such as one of 2.x: a job of the workflows names it. */
const { K6_BIN_OTHER: other, K6_BIN: usual } = process.env;
const requests = 200;
const script = `
  import http from 'k6/http';
  import { check } from 'k6';
  export const options = { vus: 4, iterations: ${requests}, thresholds: { checks: ['rate==1'] } };
  export default function () {
    const response = http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } });
    check(response, { 'status is 200': (r) => r.status === 200 });
  }
  export function handleSummary() { return { 'kept.txt': 'kept' }; }
`;

describe.runIf(other)(`with ${other ?? 'another k6'}`, () => {
  const pushes: Buffer[] = [];
  let servers: Server[] = [];
  let k6Path = '';
  const portOf = (server: Server | undefined): number => (server?.address() as AddressInfo).port;

  beforeAll(async () => {
    process.env.K6_BIN = other;
    k6Path = (await findK6({ stateDir: tmpdir() })).path;
    const service = createServer((_, response) => response.end('Hello'));
    const ingest = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        pushes.push(Buffer.concat(parts));
        response.writeHead(204).end();
      });
    });
    servers = [service, ingest];
    for (const server of servers)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const server of servers) server.close();
    if (usual === undefined) delete process.env.K6_BIN;
    else process.env.K6_BIN = usual;
  });

  it('checks every script that ships', async () => {
    for (const { name, body, entry, files } of await listShippedScripts()) {
      const options = await inspectScript({
        k6Path,
        scriptName: name,
        scriptText: body,
        entry,
        files: files.map(({ path, text }) => ({ path, content: text! })),
        env: { TARGET_URL: 'http://127.0.0.1:1', HOST: 'x.example.com' },
        uncagedAllowed: true,
      });
      expect([name, options.maxVUs]).toEqual([name, expect.any(Number)]);
    }
  });

  it('runs one: pushes as histograms, totals, summary, checks and what handleSummary made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scaletrace-other-'));
    const log: LoadLogLine[] = [];
    try {
      const k6 = await startK6({
        k6Path,
        scriptName: 'other',
        scriptText: script,
        target: { gatewayUrl: `http://127.0.0.1:${portOf(servers[0])}`, host: 'hello.example.com' },
        env: { TARGET_URL: `http://127.0.0.1:${portOf(servers[0])}`, HOST: 'hello.example.com' },
        uncagedAllowed: true,
        ingestUrl: `http://127.0.0.1:${portOf(servers[1])}/ingest`,
        ingestSecret: 'secret',
        workDir: folder,
        onLog: (line) => log.push(line),
      });
      const exit = await k6.exited;
      expect(exit, JSON.stringify(log)).toMatchObject({
        outcome: 'finished',
        summary: { checks: [{ name: 'status is 200', passes: requests, fails: 0 }] },
        artefacts: [{ name: 'kept.txt' }],
      });
      const ingest = createIngest({ script });
      const points = pushes.flatMap((push, i) => ingest.push(push, i * 1000));
      expect(ingest.ended).toBe(true);
      expect(ingest.totals.get('http_reqs')).toBe(requests);
      expect(ingest.totals.get('http_req_duration')).toBe(requests);
      expect(points.some(({ metric, histogram }) => metric === 'http_req_duration' && histogram)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerPush } from '@/lib/api/ingest';
import { openTestStore, type TestStore } from '@/lib/runs/fake-run';
import { isPush, takePush } from './push.mjs';

let opened: TestStore;
let url: string;
const server = createServer((request, response) => {
  if (isPush(request)) void takePush(request, response);
  else response.writeHead(418).end();
});

beforeAll(async () => {
  opened = await openTestStore();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await opened.close();
});

const push = (path: string, headers: Record<string, string> = {}, body = 'x'): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', headers, body });

it('a push goes by the route itself, once there is one: the same refusals, the same limits', async () => {
  expect((await push('/api/ingest/none')).status).toBe(418);
  Object.assign(globalThis, { scaletraceAnswerPush: answerPush });
  const refused = await push('/api/ingest/none');
  expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
  expect((await push('/api/ingest/none', { authorization: 'Bearer wrong' })).status).toBe(403);
  const large = await push('/api/ingest/none', { authorization: 'Bearer wrong' }, 'x'.repeat(10_000_000));
  expect(large.status).toBe(413);
  expect((await push('/api/ingest/none/more')).status).toBe(418);
  expect((await fetch(`${url}/api/ingest/none`)).status).toBe(418);
});

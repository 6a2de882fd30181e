import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkHealth } from './grpc-health';

const server = new Server();
let port = 0;
beforeAll(async () => {
  new HealthImplementation({ '': 'SERVING', shop: 'SERVING', closed: 'NOT_SERVING' }).addToServer(server);
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
});
afterAll(() => server.forceShutdown());

it('passes where the server, or the service that is asked for, serves', async () => {
  expect(await checkHealth('', port, 5000)).toBeNull();
  expect(await checkHealth('shop', port, 5000)).toBeNull();
});

it('says as the kubelet does what keeps it from passing', async () => {
  expect(await checkHealth('closed', port, 5000)).toBe('service unhealthy (responded with "NOT_SERVING")');
  expect(await checkHealth('unknown', port, 5000)).toMatch(/^error: health rpc failed/);
  server.forceShutdown();
  expect(await checkHealth('', port, 5000)).toMatch(/^error: health rpc failed|^timeout/);
});

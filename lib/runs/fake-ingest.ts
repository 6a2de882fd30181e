import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { senderOf } from '@/lib/loadgen/load-ingest';
import { type RunManager } from './manager';

/** The part of a dashboard that k6 needs, for tests without one: it takes pushes. `managerOf`: who takes them by then. */
export async function startIngest(
  managerOf: () => Pick<RunManager, 'ingest'>,
): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://test');
    const secret = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const sender = senderOf(searchParams.get('runner'), searchParams.get('life'));
    void buffer(request)
      .then((body) => managerOf().ingest(pathname.split('/').at(-1)!, secret, body, sender))
      .then(
        () => response.writeHead(204).end(),
        (error: unknown) => response.writeHead(503).end(String(error)),
      );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

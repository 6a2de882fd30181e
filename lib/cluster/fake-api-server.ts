import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

/** What an API server of a test answers; a watch is answered by lines without an end. */
export type Answers = (asked: { path: string; query: URLSearchParams }, response: ServerResponse) => void;

/** An API server that answers as a test says, on a port of its own. */
export async function serveApi(
  answer: Answers,
): Promise<{ config: KubeConfig; close: () => Promise<unknown> }> {
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '/', 'http://server');
    response.setHeader('content-type', 'application/json');
    answer({ path: url.pathname, query: url.searchParams }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = new KubeConfig();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: 't', server: address, skipTLSVerify: true }, { name: 't' });
  return {
    config,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

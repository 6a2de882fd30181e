import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy for tests: whatever name it is asked for it leads to one port of this machine. */
export interface FakeProxy {
  url: string;
  /** What it was asked for: `host:port` of a tunnel, the whole address of plain HTTP. */
  asked: string[];
  close: () => void;
}

/** Starts one. `password`: it lets in only who names it; `tunnels`: false: it refuses CONNECT, as many do but for TLS. */
export async function startFakeProxy(
  toPort: number,
  { password, tunnels = true }: { password?: string; tunnels?: boolean } = {},
): Promise<FakeProxy> {
  const asked: string[] = [];
  const isLetIn = ({ headers }: IncomingMessage): boolean =>
    password === undefined ||
    headers['proxy-authorization'] === `Basic ${Buffer.from(password).toString('base64')}`;
  const server = createServer((incoming, response) => {
    asked.push(incoming.url ?? '');
    if (!isLetIn(incoming)) return response.writeHead(407).end();
    const { pathname, search } = new URL(incoming.url ?? '');
    const { method, headers } = incoming;
    const upstream = request(
      { port: toPort, host: '127.0.0.1', path: pathname + search, method, headers },
      (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)),
    );
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    asked.push(incoming.url ?? '');
    if (!tunnels || !isLetIn(incoming))
      return socket.end(`HTTP/1.1 ${tunnels ? 407 : 403} Refused\r\ncontent-length: 0\r\n\r\n`);
    const upstream = connect(toPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
    socket.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Has a server of a test listen on a port of loopback that nobody has. */
export function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** Where a server listens that `listen` started. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

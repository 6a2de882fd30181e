import { createServer, type Server, type Socket } from 'node:net';
import { ClientConnection } from './client-connection';
import { type Upstream } from './upstream';

export interface GatewayOptions {
  /** Requests that may wait for one revision. */
  maxPending: number;
}

/** A reverse proxy that routes by Host and gives each pod at most its container concurrency. */
export class Gateway {
  readonly server: Server;
  private readonly routes = new Map<string, Upstream>();
  private readonly sockets = new Set<Socket>();

  constructor(readonly options: GatewayOptions) {
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      new ClientConnection(socket, this);
    });
  }

  /** Sends a host's requests to a revision; those that wait at the old one go on to be served there. */
  route(host: string, upstream: Upstream): void {
    this.routes.set(host.toLowerCase(), upstream);
  }

  unroute(host: string): void {
    this.routes.delete(host.toLowerCase());
  }

  /** The revision that a Host header names, with or without a port. */
  upstreamOf(host: string): Upstream | null {
    return this.routes.get(host.replace(/:\d+$/, '').toLowerCase()) ?? null;
  }

  /** Takes no new connection and ends those there are. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

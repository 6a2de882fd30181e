import { createServer, type Server, type Socket } from 'node:net';
import { ClientConnection } from './client-connection';
import { type Upstream } from './upstream';

export interface GatewayOptions {
  /** Requests that may wait for one revision. */
  maxPending: number;
}

/** A revision with its part of a host's requests. */
export interface RouteTarget {
  upstream: Upstream;
  percent: number;
}

/** Gives each target its part, evenly mixed: of 50/50 every second request goes to each. */
class Division {
  private readonly owed: number[];

  constructor(readonly targets: readonly RouteTarget[]) {
    this.owed = targets.map(() => 0);
  }

  next(): Upstream | null {
    const whole = this.targets.reduce((sum, { percent }) => sum + percent, 0);
    let best = -1;
    for (const [i, { percent }] of this.targets.entries()) {
      this.owed[i]! += percent;
      if (percent > 0 && (best < 0 || this.owed[i]! > this.owed[best]!)) best = i;
    }
    if (best < 0) return null;
    this.owed[best]! -= whole;
    return this.targets[best]!.upstream;
  }
}

/** A reverse proxy that routes by Host and gives each pod at most its container concurrency. */
export class Gateway {
  readonly server: Server;
  private readonly routes = new Map<string, Division>();
  private readonly sockets = new Set<Socket>();

  constructor(readonly options: GatewayOptions) {
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      new ClientConnection(socket, this);
    });
  }

  /** Divides a host's requests over revisions; those that wait at another one go on to be served there. */
  route(host: string, targets: readonly RouteTarget[]): void {
    this.routes.set(host.toLowerCase(), new Division(targets));
  }

  unroute(host: string): void {
    this.routes.delete(host.toLowerCase());
  }

  /** The revision that the next request with this Host header goes to, with or without a port. */
  upstreamFor(host: string): Upstream | null {
    return this.routes.get(host.replace(/:\d+$/, '').toLowerCase())?.next() ?? null;
  }

  /** Takes no new connection and ends those there are. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

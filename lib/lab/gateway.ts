import { performServerHandshake } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { type Certified } from './certificates';
import { ClientConnection } from './client-connection';
import { StreamExchange } from './stream-exchange';
import { type Upstream } from './upstream';

export interface GatewayOptions {
  /** Requests that may wait for one revision. */
  maxPending: number;
  /** Certificates in PEM: over TLS only clients are served that show a certificate of one of these authorities (mTLS). */
  clientCa?: string;
}

/** A revision with its part of a host's requests. */
export interface RouteTarget {
  upstream: Upstream;
  percent: number;
}

/** Why a request goes nowhere: an answer of the gateway's own, with Envoy's word for it in `flag`. */
export interface Refusal {
  status: number;
  text: string;
  flag: string;
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
  /** HTTP/1.1, and HTTP/2 of those who know beforehand that it is spoken (h2c). */
  readonly server: Server;
  /** Both over TLS, as ALPN says; it serves from the first `certify` on. */
  readonly tlsServer: TlsServer;
  private readonly routes = new Map<string, Division>();
  private readonly aliases = new Map<string, string>();
  private readonly sockets = new Set<Socket>();

  constructor(readonly options: GatewayOptions) {
    this.server = createServer({ noDelay: true }, (socket) => {
      this.keep(socket);
      new ClientConnection(socket, this);
    });
    this.tlsServer = createTlsServer(
      { noDelay: true, ALPNProtocols: ['h2', 'http/1.1'], requestCert: options.clientCa !== undefined },
      (socket) => {
        if (socket.alpnProtocol === 'h2') this.takeHttp2(socket);
        else new ClientConnection(socket, this);
      },
    );
    // Before the handshake too: a client that never ends it must not hold up the end.
    this.tlsServer.on('connection', (socket: Socket) => this.keep(socket));
  }

  /** Shows this certificate to all who connect from now on. */
  certify({ cert, key }: Certified): void {
    const { clientCa } = this.options;
    this.tlsServer.setSecureContext({ cert, key, ...(clientCa === undefined ? {} : { ca: clientCa }) });
  }

  /** Takes the requests of a connection on which HTTP/2 is spoken. */
  takeHttp2(socket: Socket): void {
    const session = performServerHandshake(socket, { maxSessionMemory: sessionMegabytes });
    session.on('error', () => socket.destroy());
    session.on('stream', (stream, headers) => new StreamExchange(stream, headers, this).begin());
  }

  /** Divides a host's requests over revisions; those that wait at another one go on to be served there. */
  route(host: string, targets: readonly RouteTarget[]): void {
    this.routes.set(host.toLowerCase(), new Division(targets));
  }

  unroute(host: string): void {
    this.routes.delete(host.toLowerCase());
  }

  /** Another name for a host that is routed, now or later. */
  alias(name: string, host: string): void {
    this.aliases.set(name.toLowerCase(), host.toLowerCase());
  }

  unalias(name: string): void {
    this.aliases.delete(name.toLowerCase());
  }

  /** Where the next request with this Host header goes, with or without a port. */
  admit(host: string): Upstream | Refusal {
    const name = host.replace(/:\d+$/, '').toLowerCase();
    const division = this.routes.get(name) ?? this.routes.get(this.aliases.get(name) ?? '');
    const upstream = division?.next();
    if (!upstream)
      return { status: 404, text: `No service has the host "${name}".\n`, flag: 'route_not_found' };
    if (upstream.pending < this.options.maxPending) return upstream;
    upstream.overflow();
    return { status: 503, text: 'The queue of this revision is full.\n', flag: 'upstream_overflow' };
  }

  /** Takes no new connection and ends those there are. */
  async close(): Promise<void> {
    const closed = [this.server, this.tlsServer].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
  }
}

/** What one HTTP/2 connection may hold: Node's 10 MB are too few for thousands of streams of a load test. */
const sessionMegabytes = 256;

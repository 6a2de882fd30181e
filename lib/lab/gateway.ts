import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Dispatcher } from 'undici';
import { type Upstream } from './upstream';

export interface GatewayOptions {
  /** Requests that may wait for one revision. */
  maxPending: number;
}

// Hop-by-hop: they belong to one connection, not to the message.
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect']);

/** A reverse proxy that routes by Host and gives each pod at most its container concurrency. */
export class Gateway {
  readonly server: Server;
  private readonly routes = new Map<string, Upstream>();

  constructor(private readonly options: GatewayOptions) {
    this.server = createServer((request, response) => this.handle(request, response));
    this.server.keepAliveTimeout = 600_000;
    this.server.requestTimeout = 0;
    this.server.headersTimeout = 60_000;
    this.server.on('connection', (socket) => socket.setNoDelay(true));
  }

  /** Sends a host's requests to a revision; those that wait at the old one go on to be served there. */
  route(host: string, upstream: Upstream): void {
    this.routes.set(host.toLowerCase(), upstream);
  }

  unroute(host: string): void {
    this.routes.delete(host.toLowerCase());
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const upstream = this.routes.get(host);
    if (!upstream) {
      request.resume();
      plain(response, 404, `No service has the host "${host}".\n`, 'route_not_found');
      return;
    }
    if (upstream.pending >= this.options.maxPending) {
      request.resume();
      upstream.count('5xx');
      plain(response, 503, 'The queue of this revision is full.\n', 'upstream_overflow');
      return;
    }
    const exchange = new Exchange(request, response, upstream);
    exchange.begin();
  }
}

/** One request on its way: waiting, then inside one pod. */
class Exchange implements Dispatcher.DispatchHandler {
  private cancelWait: (() => void) | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private release: (() => void) | null = null;
  private podName = '';
  private attempts = 0;
  private startedAtMs = 0;
  private readonly hasBody: boolean;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly upstream: Upstream,
  ) {
    this.hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    response.on('close', () => {
      if (response.writableFinished) return;
      this.cancelWait?.();
      this.controller?.abort(new Error('the client is gone'));
    });
  }

  begin(): void {
    this.attempts++;
    this.cancelWait = this.upstream.acquire((pod) => {
      this.cancelWait = null;
      this.podName = pod.name;
      this.release = pod.release;
      this.startedAtMs = performance.now();
      if (!this.hasBody) this.request.resume();
      pod.client.dispatch({ path: this.request.url ?? '/', method: (this.request.method ?? 'GET') as Dispatcher.HttpMethod, headers: this.forwarded(), body: this.hasBody ? this.request : null, headersTimeout: 0, bodyTimeout: 0 }, this);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.response.destroyed) controller.abort(new Error('the client is gone'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number, headers: Record<string, string | string[] | undefined>): void {
    if (statusCode < 200) return;
    this.upstream.count(`${Math.floor(statusCode / 100)}xx`);
    for (const name in headers) if (!hopByHop.has(name)) this.response.setHeader(name, headers[name]!);
    this.response.setHeader('x-pod', this.podName);
    this.response.setHeader('x-envoy-upstream-service-time', Math.round(performance.now() - this.startedAtMs));
    this.response.writeHead(statusCode);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.response.write(chunk)) {
      controller.pause();
      this.response.once('drain', () => controller.resume());
    }
  }

  onResponseEnd(): void {
    this.done();
    this.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.done();
    if (this.response.destroyed) return;
    if (this.response.headersSent) {
      this.response.destroy(error);
      return;
    }
    // Nothing was sent to the client yet: another pod may answer, as Envoy's connect-failure retry does.
    if (!this.hasBody && this.attempts < 3) {
      this.begin();
      return;
    }
    this.upstream.count('5xx');
    plain(this.response, 503, 'The pod did not answer.\n', 'upstream_reset');
  }

  private done(): void {
    const release = this.release;
    this.release = null;
    release?.();
  }

  private forwarded(): string[] {
    const headers: string[] = [];
    const raw = this.request.rawHeaders;
    for (let i = 0; i < raw.length; i += 2) if (!hopByHop.has(raw[i]!.toLowerCase())) headers.push(raw[i]!, raw[i + 1]!);
    return headers;
  }
}

function plain(response: ServerResponse, status: number, text: string, flag: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text), 'x-response-flags': flag });
  response.end(text);
}

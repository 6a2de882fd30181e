import { Body, bodyOf, headOf } from './http1.mjs';
import { PodUntouched } from './http1-bridge';
import { type ConnectionUser, type PodConnection } from './pod-connections';
import { type AcquiredPod, type Upstream } from './upstream';

/** What an exchange needs of the client's connection. */
export interface ClientSide {
  readonly gone: boolean;
  /** False when the sender should wait for the exchange's `onClientDrain`. */
  write(data: Buffer | string): boolean;
  wantBody(wanted: boolean): void;
  /** From now on all that the client sends is for the pod. */
  tunnel(): void;
  answer(status: string, text: string, flag: string): void;
  done(keep: boolean): void;
  abort(): void;
}

interface Request {
  head: string;
  isHead: boolean;
  hasBody: boolean;
  /** It asks for a WebSocket (RFC 6455, 4.1). */
  asksForWebSocket: boolean;
  /** The client wants its connection closed after the answer. */
  closes: boolean;
}

/** How many pods are asked before a request is given up: Istio's default of two retries. */
export const mostAttempts = 3;
const none: readonly string[] = [];
// They belong to one connection, not to the message. `transfer-encoding` stays: the body is passed on as it is.
const hopByHop =
  /\r\n(?:connection|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|te|trailer|upgrade|expect):[^\r]*/gi;

const toWebSocket = '\r\nconnection: Upgrade\r\nupgrade: websocket';

/** One request on its way: waiting, then inside one pod. */
export class Exchange implements ConnectionUser {
  /** Whether the request's body is wanted now: a pod has been found, and takes it. */
  wantsBody = false;
  private cancelWait: (() => void) | null = null;
  private pod: AcquiredPod | null = null;
  private connection: PodConnection | null = null;
  /** The pods that could not be reached. */
  private tried = none;
  private startedAtMs = 0;
  /** What has come of the answer's head. */
  private received: Buffer | null = null;
  private body: Body | null = null;
  private keepsPod = true;
  private tunnels = false;
  private sentBody = false;

  constructor(
    private readonly client: ClientSide,
    private readonly upstream: Upstream,
    private readonly request: Request,
  ) {}

  begin(): void {
    if (this.request.hasBody) this.client.wantBody(false);
    this.cancelWait = this.upstream.acquire((pod) => {
      this.cancelWait = null;
      if (!pod) {
        this.fail('The revision is gone.\n', 'no_healthy_upstream');
        return;
      }
      this.pod = pod;
      this.startedAtMs = performance.now();
      const connection = pod.connections.take(this);
      this.connection = connection;
      const upgrade = this.request.asksForWebSocket ? toWebSocket : '';
      connection.write(`${this.request.head.replace(hopByHop, '')}${upgrade}\r\n\r\n`);
      if (connection.isOpen) this.onOpen();
    }, this.tried);
  }

  onOpen(): void {
    this.upstream.counts.rq_total++;
    if (!this.request.hasBody) return;
    if (/\r\nexpect:[^\r]*100-continue/i.test(this.request.head))
      this.client.write('HTTP/1.1 100 Continue\r\n\r\n');
    this.wantsBody = true;
    this.client.wantBody(true);
  }

  sendBody(chunk: Buffer): void {
    this.sentBody = true;
    if (this.connection?.write(chunk) !== false) return;
    this.wantsBody = false;
    this.client.wantBody(false);
  }

  onDrain(): void {
    if (this.wantsBody || !this.request.hasBody) return;
    this.wantsBody = true;
    this.client.wantBody(true);
  }

  onClientDrain(): void {
    this.connection?.resume();
  }

  onClientGone(): void {
    this.cancelWait?.();
    this.cancelWait = null;
    const { connection } = this;
    if (!connection) return;
    connection.user = null;
    // The pod must not go on with what nobody waits for; on a WebSocket it may still read the client's farewell.
    if (this.tunnels) connection.end();
    else connection.destroy();
    this.release();
  }

  onData(chunk: Buffer): void {
    if (this.body) {
      this.pass(chunk);
      return;
    }
    this.received = this.received ? Buffer.concat([this.received, chunk]) : chunk;
    for (let head = headOf(this.received); head; head = headOf(this.received)) {
      const rest: Buffer = this.received.subarray(head.length);
      if (this.request.asksForWebSocket && /^HTTP\/1\.1 101/.test(head.text)) {
        this.received = null;
        this.startTunnel(head.text, rest);
        return;
      }
      // What comes before the answer, such as 100 Continue, was for this side only.
      if (/^HTTP\/1\.[01] 1\d\d/.test(head.text)) {
        this.received = rest;
        continue;
      }
      this.received = null;
      this.startAnswer(head.text, rest);
      return;
    }
  }

  onClose(error: Error | null): void {
    this.connection = null;
    const { body, pod } = this;
    this.release();
    if (this.client.gone) return;
    if (body) {
      if (body.untilClose && !error) this.client.done(false);
      else this.client.abort();
      return;
    }
    // As Envoy's retries on connect-failure and refused-stream: what a pod may have begun with is not done twice.
    if (error instanceof PodUntouched && !this.sentBody && this.tried.length + 1 < mostAttempts) {
      this.tried = [...this.tried, pod?.name ?? ''];
      this.wantsBody = false;
      this.begin();
      return;
    }
    this.fail('The pod did not answer.\n', 'upstream_reset');
  }

  private fail(text: string, flag: string): void {
    this.wantsBody = false;
    this.upstream.count('5xx');
    this.client.answer('503 Service Unavailable', text, flag);
  }

  /** A WebSocket is open: bytes go both ways, and the place is held, until one side ends. */
  private startTunnel(head: string, rest: Buffer): void {
    this.tunnels = true;
    this.body = new Body(null);
    this.upstream.count('1xx');
    this.client.write(
      `${head.replace(hopByHop, '')}${toWebSocket}\r\nx-pod: ${this.pod?.name ?? ''}\r\n\r\n`,
    );
    if (rest.length > 0) this.pass(rest);
    this.request.hasBody = true;
    this.wantsBody = true;
    this.client.tunnel();
  }

  private startAnswer(head: string, rest: Buffer): void {
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
    const extent = bodyOf(head);
    if (!status || extent === undefined) {
      this.connection?.destroy();
      return;
    }
    const bodiless = this.request.isHead || status === 204 || status === 304;
    const body = new Body(bodiless ? 0 : extent);
    this.body = body;
    this.keepsPod =
      !/^HTTP\/1\.0/.test(head) && !/\r\nconnection:[^\r]*close/i.test(head) && !body.untilClose;
    this.upstream.count(`${Math.floor(status / 100)}xx`);
    const firstLine = head.indexOf('\r\n');
    const statusLine = `HTTP/1.1${(firstLine < 0 ? head : head.slice(0, firstLine)).slice('HTTP/1.1'.length)}`;
    const headers = firstLine < 0 ? '' : head.slice(firstLine).replace(hopByHop, '');
    const closing = this.request.closes || body.untilClose ? '\r\nconnection: close' : '';
    const whole = `${statusLine}${headers}\r\nx-pod: ${this.pod?.name ?? ''}\r\nx-envoy-upstream-service-time: ${Math.round(performance.now() - this.startedAtMs)}${closing}\r\n\r\n`;
    if (body.done || rest.length === 0) {
      this.client.write(whole);
      if (body.done) this.finish();
      return;
    }
    // One write for head and body: most answers are short, and each write wakes the client.
    this.pass(rest, Buffer.from(whole, 'latin1'));
  }

  private pass(chunk: Buffer, before?: Buffer): void {
    const body = this.body!;
    const taken = body.take(chunk);
    const part = taken < chunk.length ? chunk.subarray(0, taken) : chunk;
    const flowing = this.client.write(before ? Buffer.concat([before, part]) : part);
    if (body.broken || (body.done && taken < chunk.length)) {
      // More than one answer, or one that cannot be followed: this connection is of no further use.
      this.keepsPod = false;
    }
    if (body.broken) this.connection?.destroy();
    else if (body.done) this.finish();
    else if (!flowing) this.connection?.pause();
  }

  private finish(): void {
    const { connection, pod, body } = this;
    this.connection = null;
    if (connection) {
      connection.user = null;
      connection.resume();
      if (this.keepsPod) pod?.connections.giveBack(connection);
      else connection.destroy();
    }
    this.release();
    this.client.done(!body?.untilClose);
  }

  private release(): void {
    const { pod } = this;
    this.pod = null;
    this.connection = null;
    pod?.release();
  }
}

import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { Exchange, type ClientSide } from './exchange';
import { type Gateway } from './gateway';
import { Body, bodyOf, headOf, longestHead } from './http1.mjs';
import { Upstream } from './upstream';

/** The head of what an HTTP/2 connection begins with (RFC 9113, 3.4). */
const http2Preface = 'PRI * HTTP/2.0';
const notHttp = 'This is no HTTP/1.1 request.\n';

/** Whether a request may begin with a byte: its method is of visible characters, and line ends may come before it (RFC 9112, 2.2). */
function mayBegin(byte: number): boolean {
  return (byte > 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a;
}

/** One client's connection to the gateway: its requests are taken one after another. */
export class ClientConnection implements ClientSide {
  private rest: Buffer | null = null;
  private exchange: Exchange | null = null;
  private body: Body | null = null;
  private closeAfter = false;
  private ended = false;

  constructor(
    private readonly socket: Socket,
    private readonly gateway: Gateway,
  ) {
    socket.on('data', (chunk: Buffer) => {
      this.rest = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
      this.take();
    });
    socket.on('drain', () => this.exchange?.onClientDrain());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.ended = true;
      this.exchange?.onClientGone();
    });
  }

  get gone(): boolean {
    return this.ended;
  }

  write(data: Buffer | string): boolean {
    return typeof data === 'string' ? this.socket.write(data, 'latin1') : this.socket.write(data);
  }

  /** What the request has of its body by now is taken; more is read only while the exchange wants it. */
  wantBody(wanted: boolean): void {
    if (!wanted) {
      this.socket.pause();
      return;
    }
    this.socket.resume();
    this.takeBody();
  }

  tunnel(): void {
    this.body = new Body(null);
    this.wantBody(true);
  }

  /** The answer is whole. `keep`: whether the connection may carry another request. */
  done(keep: boolean): void {
    this.exchange = null;
    // An answer before the request's end: nobody will read the rest of it.
    if (!keep || this.closeAfter || (this.body !== null && !this.body.done)) {
      this.ended = true;
      this.socket.end();
      return;
    }
    this.body = null;
    this.socket.resume();
    this.take();
  }

  abort(): void {
    this.exchange = null;
    this.socket.destroy();
  }

  /** An answer of the gateway's own; the connection ends where the request cannot be read to its end. */
  answer(status: string, text: string, flag: string): void {
    const keep = this.body === null || this.body.done;
    this.write(
      `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nx-response-flags: ${flag}\r\n${keep && !this.closeAfter ? '' : 'connection: close\r\n'}\r\n`,
    );
    this.socket.write(text);
    this.done(keep);
  }

  private take(): void {
    while (this.rest && !this.ended) {
      if (this.exchange) {
        this.takeBody();
        return;
      }
      const head = headOf(this.rest);
      if (!head) {
        // Whoever greets by TLS waits for an answer: as Envoy does, it is told at once that this port speaks none.
        if (!mayBegin(this.rest[0]!)) this.refuse('400 Bad Request', notHttp);
        else if (this.rest.length > longestHead)
          this.refuse('431 Request Header Fields Too Large', 'The request’s head is too long.\n');
        return;
      }
      this.rest = head.length < this.rest.length ? this.rest.subarray(head.length) : null;
      this.begin(head.text);
    }
  }

  private begin(head: string): void {
    const request = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) \S+ HTTP\/1\.([01])(?:\r|$)/.exec(head);
    const extent = bodyOf(head);
    if (!request && head === http2Preface) {
      this.becomeHttp2();
      return;
    }
    if (!request || extent === undefined) {
      this.refuse('400 Bad Request', notHttp);
      return;
    }
    this.closeAfter = request[2] === '0' || /\r\nconnection:[^\r]*close/i.test(head);
    this.body = new Body(extent ?? 0);
    const host = /\r\nhost:[ \t]*([^\r]*?)[ \t]*(?=\r|$)/i.exec(head)?.[1] ?? '';
    const upstream = this.gateway.admit(host);
    if (!(upstream instanceof Upstream)) {
      const { status, text, flag } = upstream;
      this.answer(`${status} ${STATUS_CODES[status]}`, text, flag);
      return;
    }
    // Set before it begins: it may end at once.
    const exchange = new Exchange(this, upstream, {
      head,
      isHead: request[1] === 'HEAD',
      hasBody: !this.body.done,
      asksForWebSocket: /\r\nupgrade:[ \t]*websocket/i.test(head),
      closes: this.closeAfter,
    });
    this.exchange = exchange;
    exchange.begin();
  }

  private becomeHttp2(): void {
    const { socket, rest } = this;
    this.rest = null;
    this.ended = true;
    socket.removeAllListeners('data').removeAllListeners('drain').pause();
    socket.unshift(Buffer.concat([Buffer.from(`${http2Preface}\r\n\r\n`), ...(rest ? [rest] : [])]));
    this.gateway.takeHttp2(socket);
  }

  private takeBody(): void {
    const { rest, body, exchange } = this;
    if (!rest || !body || body.done || !exchange?.wantsBody) return;
    const taken = body.take(rest);
    this.rest = taken < rest.length ? rest.subarray(taken) : null;
    if (body.broken) {
      this.socket.destroy();
      return;
    }
    exchange.sendBody(taken < rest.length ? rest.subarray(0, taken) : rest);
  }

  private refuse(status: string, text: string): void {
    this.closeAfter = true;
    this.body = null;
    this.rest = null;
    this.answer(status, text, 'bad_request');
  }
}

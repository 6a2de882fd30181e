import { Agent, request as request1 } from 'node:http';
import {
  connect,
  constants,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { type Readable, type Writable } from 'node:stream';

/** A request as it is passed on to a pod, without what belongs to one connection only. */
export interface CallHead {
  method: string;
  path: string;
  authority: string;
  headers: IncomingHttpHeaders;
  hasBody: boolean;
}

/** A pod's answer; `trailers` are known once the body has ended. */
export interface CallAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  /** Null: it ends with its head. */
  body: Readable | null;
  trailers: () => OutgoingHttpHeaders;
}

export interface CallEvents {
  /** The pod is connected, and takes the request's body. */
  onReached(body: Writable): void;
  onAnswer(answer: CallAnswer): void;
  /** The answer's body has come whole. */
  onEnd(): void;
  /** It will not come to its end. `isUntouched`: the pod could not be reached, or has refused to begin with it. */
  onBroken(isUntouched: boolean): void;
}

/** One request inside a pod. */
export interface Call {
  readonly body: Writable;
  /** Nobody waits for it any more. */
  cancel(): void;
}

/** How whole requests are given to one pod. */
export interface PodCalls {
  call(head: CallHead, events: CallEvents): Call;
  destroy(): void;
}

const { NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM, NGHTTP2_FLAG_END_STREAM } = constants;
/** RFC 9113, 8.2.2: they belong to one connection, and HTTP/2 has none of them. */
const ofConnections = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'expect',
  'http2-settings',
]);

/** The headers that go on with a message, without those of the connection and HTTP/2's own. `te: trailers` is gRPC's, and stays. */
function passedOn(headers: Readonly<IncomingHttpHeaders>): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) =>
        !ofConnections.has(name) && !name.startsWith(':') && (name !== 'te' || value === 'trailers'),
    ),
  );
}

/** Requests to a pod that speaks HTTP/2 without TLS: streams of one connection. */
export class Http2Calls implements PodCalls {
  private session: ClientHttp2Session | null = null;
  private readonly reached = new WeakSet<ClientHttp2Session>();

  constructor(private readonly port: number) {}

  call({ method, path, authority, headers, hasBody }: CallHead, events: CallEvents): Call {
    const { host: _host, ...passed } = passedOn(headers);
    // Unlike `close`, it does not end the request's body as if it were whole.
    const abort = new AbortController();
    const session = this.connected();
    const stream = session.request(
      { ':method': method, ':path': path, ':scheme': 'http', ':authority': authority, ...passed },
      { endStream: !hasBody, signal: abort.signal },
    );
    let trailers: OutgoingHttpHeaders = {};
    let isOver = false;
    const breaks = (): void => {
      if (isOver) return;
      isOver = true;
      events.onBroken(!this.reached.has(session) || stream.rstCode === NGHTTP2_REFUSED_STREAM);
    };
    const begin = (): void => events.onReached(stream);
    if (this.reached.has(session)) process.nextTick(begin);
    else session.once('connect', begin);
    stream.on('trailers', (came: IncomingHttpHeaders) => (trailers = passedOn(came)));
    stream.on('response', (came, flags) => {
      const ends = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
      events.onAnswer({
        status: came[':status'] ?? 502,
        headers: passedOn(came),
        body: ends ? null : stream,
        trailers: () => trailers,
      });
      if (ends) stream.resume();
    });
    stream.on('end', () => {
      // What breaks off ends too, as Node tells it.
      if (stream.rstCode !== NGHTTP2_NO_ERROR) return breaks();
      if (isOver) return;
      isOver = true;
      events.onEnd();
    });
    stream.on('error', breaks);
    stream.on('close', breaks);
    return { body: stream, cancel: () => abort.abort() };
  }

  destroy(): void {
    this.session?.destroy();
  }

  private connected(): ClientHttp2Session {
    // It is destroyed, and its streams are told, before it says so itself.
    if (this.session && !this.session.destroyed && !this.session.closed) return this.session;
    const session = connect(`http://127.0.0.1:${this.port}`, { maxSessionMemory: 256 });
    const forget = (): void => {
      if (this.session === session) this.session = null;
    };
    session.setMaxListeners(0).on('connect', () => this.reached.add(session));
    session.on('goaway', forget).on('error', forget).on('close', forget);
    this.session = session;
    return session;
  }
}

/** Requests that came by HTTP/2, to a pod that speaks HTTP/1.1. */
export class Http1Calls implements PodCalls {
  private readonly agent = new Agent({ keepAlive: true, noDelay: true });

  constructor(private readonly port: number) {}

  call({ method, path, authority, headers, hasBody }: CallHead, events: CallEvents): Call {
    const request = request1({
      agent: this.agent,
      host: '127.0.0.1',
      port: this.port,
      method,
      path,
      headers: { ...passedOn(headers), host: authority },
    });
    let broken = false;
    let reached = false;
    const breaks = (): void => {
      if (broken) return;
      broken = true;
      events.onBroken(!reached);
    };
    const begin = (): void => {
      reached = true;
      events.onReached(request);
    };
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', begin);
      else begin();
    });
    request.on('error', breaks);
    request.on('response', (answer) => {
      answer.on('error', breaks);
      answer.on('end', () => (answer.complete ? events.onEnd() : breaks()));
      answer.on('close', () => {
        if (!answer.complete) breaks();
      });
      events.onAnswer({
        status: answer.statusCode ?? 502,
        headers: passedOn(answer.headers),
        body: answer,
        trailers: () => answer.trailers,
      });
    });
    if (!hasBody) request.end();
    return {
      body: request,
      cancel: () => {
        broken = true;
        request.destroy();
      },
    };
  }

  destroy(): void {
    this.agent.destroy();
  }
}

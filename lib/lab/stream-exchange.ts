import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { mostAttempts } from './exchange';
import { type Gateway } from './gateway';
import { type Call, type CallAnswer } from './pod-calls';
import { Upstream, type AcquiredPod } from './upstream';

/** As Envoy tells a gRPC client what it answers itself (grpc/doc/http-grpc-status-mapping.md). */
const grpcStatuses: Record<number, string> = { 400: '13', 404: '12', 503: '14' };

/** One request that came by HTTP/2 on its way: waiting, then inside one pod, until its answer or its client has ended. */
export class StreamExchange {
  private upstream: Upstream | null = null;
  private cancelWait: (() => void) | null = null;
  private pod: AcquiredPod | null = null;
  private call: Call | null = null;
  /** The pods that could not be reached. */
  private tried: readonly string[] = [];
  private startedAtMs = 0;
  private isAnswered = false;
  /** A pod may have begun with the request's body. */
  private hasSent = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly headers: IncomingHttpHeaders,
    private readonly gateway: Gateway,
  ) {
    stream.on('error', () => {});
    stream.on('aborted', () => this.onClientGone());
    stream.on('close', () => this.onClientGone());
  }

  begin(): void {
    const { ':path': path, ':authority': authority, host } = this.headers;
    if (path === undefined) return this.answer(400, 'A request needs a path.\n', 'bad_request');
    const upstream = this.gateway.admit(authority ?? host ?? '');
    if (!(upstream instanceof Upstream)) return this.answer(upstream.status, upstream.text, upstream.flag);
    this.upstream = upstream;
    this.wait(upstream);
  }

  private get hasBody(): boolean {
    return !this.stream.endAfterHeaders;
  }

  private wait(upstream: Upstream): void {
    this.cancelWait = upstream.acquire((pod) => {
      this.cancelWait = null;
      if (!pod) return this.fail('The revision is gone.\n', 'no_healthy_upstream');
      this.pod = pod;
      this.startedAtMs = performance.now();
      this.ask(pod);
    }, this.tried);
  }

  private ask({ connections }: AcquiredPod): void {
    const { stream, headers, hasBody } = this;
    const call = connections.call(
      {
        method: headers[':method'] ?? 'GET',
        path: headers[':path'] ?? '/',
        authority: headers[':authority'] ?? headers.host ?? '',
        headers,
        hasBody,
      },
      {
        onReached: (body) => {
          if (this.call !== call) return;
          this.upstream!.counts.rq_total++;
          if (!hasBody) return;
          if (headers.expect !== undefined) stream.additionalHeaders({ ':status': 100 });
          this.hasSent = true;
          stream.pipe(body);
        },
        onAnswer: (answer) => {
          if (this.call === call) this.pass(answer);
        },
        onEnd: () => {
          if (this.call === call) this.onEnd();
        },
        onBroken: (isUntouched) => {
          if (this.call === call) this.onBroken(isUntouched);
        },
      },
    );
    this.call = call;
  }

  private pass({ status, headers, body, trailers }: CallAnswer): void {
    const { stream } = this;
    this.isAnswered = true;
    this.upstream?.count(`${Math.floor(status / 100)}xx`);
    const answered = {
      ...headers,
      ':status': status,
      'x-pod': this.pod?.name ?? '',
      'x-envoy-upstream-service-time': `${Math.round(performance.now() - this.startedAtMs)}`,
    };
    if (!body || this.headers[':method'] === 'HEAD' || status === 204 || status === 304) {
      stream.respond(answered, { endStream: true });
      body?.resume();
      return this.finish();
    }
    stream.respond(answered, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers(trailers());
      // Node sends them with the next turn; then a client that is still sending is told to stop (RFC 9113, 8.1).
      setImmediate(() => {
        if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
      });
    });
    body.pipe(stream, { end: false });
  }

  private onEnd(): void {
    this.stream.end();
    this.finish();
  }

  /** The answer has come whole: what is left of the request is read, and thrown away. */
  private finish(): void {
    const { call, stream } = this;
    this.release();
    if (!call) return;
    stream.unpipe(call.body);
    stream.resume();
    if (!stream.readableEnded) call.cancel();
  }

  private onBroken(isUntouched: boolean): void {
    const { pod } = this;
    this.release();
    // Unlike `close`, it does not end the answer as if it were whole.
    if (this.isAnswered) return void this.stream.destroy(new Error('the pod broke off'));
    if (isUntouched && !this.hasSent && this.tried.length + 1 < mostAttempts && this.upstream) {
      this.tried = [...this.tried, pod?.name ?? ''];
      return this.wait(this.upstream);
    }
    this.fail('The pod did not answer.\n', 'upstream_reset');
  }

  private fail(text: string, flag: string): void {
    this.upstream?.count('5xx');
    this.answer(503, text, flag);
  }

  private onClientGone(): void {
    this.cancelWait?.();
    this.cancelWait = null;
    const { call } = this;
    this.release();
    call?.cancel();
  }

  private release(): void {
    const { pod } = this;
    this.pod = null;
    this.call = null;
    pod?.release();
  }

  /** An answer of the gateway's own. */
  private answer(status: number, text: string, flag: string): void {
    const { stream } = this;
    if (stream.destroyed) return;
    const own = { 'x-response-flags': flag };
    stream.resume();
    if (/^application\/grpc\b/.test(this.headers['content-type'] ?? ''))
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': grpcStatuses[status] ?? '2',
          'grpc-message': encodeURIComponent(text.trim()),
          ...own,
        },
        { endStream: true },
      );
    else {
      stream.respond({ ':status': status, 'content-type': 'text/plain; charset=utf-8', ...own });
      stream.end(text);
    }
  }
}

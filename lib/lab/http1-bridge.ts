import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import { type PodCalls } from './pod-calls';

/** Why a connection ended: the pod was never reached, or has refused to begin; another one may be asked. */
export class PodUntouched extends Error {}

/** Connections on which HTTP/1.1 is spoken, to a pod that speaks HTTP/2 only. */
export class Http1Bridge {
  private readonly server = createServer({ keepAliveTimeout: 0 }, (request, response) =>
    this.pass(request, response),
  );

  constructor(private readonly calls: PodCalls) {}

  connect(): Duplex {
    const [near, far] = duplexPair();
    near.on('close', () => far.destroy());
    let why: Error | undefined;
    far.on('error', (error) => (why = error)).on('close', () => near.destroy(why));
    this.server.emit('connection', far);
    return near;
  }

  private pass(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = request;
    const hasBody =
      headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? '0') > 0;
    let trailersOf = (): OutgoingHttpHeaders => ({});
    const { socket } = request;
    const call = this.calls.call(
      { method, path: url, authority: headers.host ?? '', headers, hasBody },
      {
        onAnswer: ({ status, headers: answered, body, trailers }) => {
          response.writeHead(status, answered);
          if (!body) return void response.end();
          trailersOf = trailers;
          body.pipe(response, { end: false });
        },
        onEnd: () => {
          response.addTrailers(trailersOf());
          response.end();
        },
        onReached: (body) => {
          if (hasBody) request.pipe(body);
        },
        // Half an answer must not be taken for a whole one.
        onBroken: (isUntouched) => socket.destroy(isUntouched ? new PodUntouched() : undefined),
      },
    );
    response.on('close', () => {
      if (!response.writableFinished) call.cancel();
    });
  }
}

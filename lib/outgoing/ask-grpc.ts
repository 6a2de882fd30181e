import { connect, type IncomingHttpHeaders } from 'node:http2';
import { type ClientCertificate } from '@/lib/model/client-certificate';

/** What a gRPC client meets. */
export type GrpcAnswer =
  | { speaks: 'grpc' }
  /** By HTTP/2, but not as gRPC is answered. */
  | { speaks: 'http2'; contentType: string }
  | { speaks: 'http1' }
  /** No connection, or no answer in time: of what is spoken nothing is known. */
  | { speaks: 'unknown' };

/** A message of no bytes, not compressed (gRPC over HTTP/2: Length-Prefixed-Message). */
const emptyMessage = Buffer.alloc(5);

/**
 * Makes one call of gRPC's health service at an address, for a host: whoever speaks gRPC answers it as gRPC, though it be by
 * UNIMPLEMENTED. A certificate is not looked at. Never rejects.
 */
export async function askGrpc(
  url: string,
  { host, servername, client }: { host: string; servername: string; client: ClientCertificate | null },
  ms: number,
): Promise<GrpcAnswer> {
  return new Promise((resolve) => {
    const session = connect(url, { servername, rejectUnauthorized: false, ...(client ?? {}) });
    let isHttp2 = false;
    const end = (answer: GrpcAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      session.destroy();
    };
    const timer = setTimeout(() => end({ speaks: 'unknown' }), ms);
    session.once('remoteSettings', () => (isHttp2 = true));
    session.on('error', ({ code = '' }: NodeJS.ErrnoException) =>
      // What is no frame, or no choice of ALPN, is HTTP/1.1's; what the network says is something else.
      end({ speaks: !isHttp2 && /HTTP2|ALPN/.test(code) ? 'http1' : 'unknown' }),
    );
    session.once('close', () => end({ speaks: 'unknown' }));
    const call = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      ':authority': host,
      te: 'trailers',
      'content-type': 'application/grpc',
    });
    call.on('error', () => undefined);
    call.once('response', (headers: IncomingHttpHeaders) => {
      const contentType = headers['content-type'] ?? '';
      end(contentType.startsWith('application/grpc') ? { speaks: 'grpc' } : { speaks: 'http2', contentType });
    });
    call.end(emptyMessage);
  });
}

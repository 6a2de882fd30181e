import { subscribe } from 'node:diagnostics_channel';
import { type IncomingMessage } from 'node:http';
import { variable } from '@/lib/environment/environment';
import { isLoopback } from '@/lib/environment/loopback';

/** Headers that this process writes itself over whatever a client sent: whence a request came, and by which address. */
const peerHeader = 'x-scaletrace-peer';
const outsideHeader = 'x-scaletrace-outside';

/** From now on every request to this process carries the addresses of its connection. Next's handlers do not see the socket. */
export function noteConnections(): void {
  subscribe('http.server.request.start', (message) => {
    const { headers, socket } = (message as { request: IncomingMessage }).request;
    headers[peerHeader] = socket.remoteAddress ?? 'unknown';
    if (isLoopback(socket.localAddress ?? '')) delete headers[outsideHeader];
    else headers[outsideHeader] = '1';
  });
}

/** Whether the request must come from somebody who has signed in. */
export function isSignInRequired(headers: Headers): boolean {
  return variable('SCALETRACE_REQUIRE_SIGN_IN') || headers.get(outsideHeader) === '1';
}

/** The client's address. Only behind a proxy that is trusted (`SCALETRACE_TRUST_PROXY=1`) what that proxy says of it. */
export function addressOf(headers: Headers): string {
  const forwarded = variable('SCALETRACE_TRUST_PROXY')
    ? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim()
    : undefined;
  return forwarded ?? headers.get(peerHeader) ?? 'unknown';
}

/** Whether the client came by https, as this server or a proxy before it says. */
export function isSecure(headers: Headers): boolean {
  return headers.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
}

import { subscribe } from 'node:diagnostics_channel';
import { type IncomingMessage } from 'node:http';

/**
 * A live stream says something every ten seconds: a connection that takes nothing for so long has nobody who reads.
 * Anything else may be long in the making.
 */
const usualMs = { stream: 30_000, other: 10 * 60_000 };

/**
 * From now on connections to this process end on which nothing has moved for long, whatever waits to be sent on them.
 * Node's own server does it where a socket's time is up; Next's handlers do not see the socket.
 */
export function dropStalledReaders(afterMs = usualMs): void {
  subscribe('http.server.request.start', (message) => {
    const { url = '', socket } = (message as { request: IncomingMessage }).request;
    socket.setTimeout(/\/events(\?|$)/.test(url) ? afterMs.stream : afterMs.other);
  });
}

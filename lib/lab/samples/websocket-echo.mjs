// The WebSocket sample: sends every message back SERVICE_TIME_MS after it came, one process a pod.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { numberOf, runPod } from './pod-main.mjs';

const serviceTimeMs = numberOf('SERVICE_TIME_MS', 0);
const goingAway = 1001;

const server = createServer((request, response) => {
  request.resume();
  const isHealth = request.url === '/healthz';
  response
    .writeHead(isHealth ? 200 : 426, { 'content-type': 'text/plain; charset=utf-8', upgrade: 'websocket' })
    .end(isHealth ? 'ok\n' : 'This is a WebSocket: connect with ws:// or wss://.\n');
});
server.keepAliveTimeout = 0;
const sockets = new WebSocketServer({ server, maxPayload: 16 * 1024 * 1024 });
sockets.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, binary) => {
    const echo = () => socket.send(/** @type {Buffer} */ (data), { binary }, () => {});
    if (serviceTimeMs === 0) echo();
    else setTimeout(echo, serviceTimeMs);
  });
});

runPod({
  listen: (port, host) => void server.listen(port, host),
  drain(done) {
    server.close(done);
    for (const socket of sockets.clients) socket.close(goingAway);
    server.closeIdleConnections();
  },
});

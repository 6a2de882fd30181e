// The smallest HTTP/1.1 server that a pod needs. Node's own takes more of a core for a request than the gateway does,
// and ten pods of it on two cores would be what a load test measures.
import { createServer } from 'node:net';
import { Body, bodyOf, headOf, longestHead } from './http1.mjs';

const reasons = { 200: 'OK', 400: 'Bad Request', 503: 'Service Unavailable' };

/**
 * @typedef {{ status: keyof typeof reasons; type: string; text: string }} Answer
 * @param {(path: string, answer: (answer: Answer) => void) => void} onRequest called once its body has been read (and thrown away)
 * @returns {import('node:net').Server & { drain: (done: () => void) => void }} `drain`: takes no new connection, answers what is
 *   under way, then calls back
 */
export function createPodServer(onRequest) {
  /** @type {Set<Connection>} */
  const connections = new Set();
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = new Connection(socket, onRequest);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
  return Object.assign(server, {
    /** @param {() => void} done */
    drain(done) {
      server.close(done);
      for (const connection of connections) connection.endAfterAnswer();
    },
  });
}

/** One keep-alive connection: a request at a time, in order. */
class Connection {
  /** @param {import('node:net').Socket} socket @param {(path: string, answer: (answer: Answer) => void) => void} onRequest */
  constructor(socket, onRequest) {
    this.socket = socket;
    this.onRequest = onRequest;
    /** What was received and not taken yet. @type {Buffer | null} */
    this.rest = null;
    this.busy = false;
    this.last = false;
    /** The request whose body is awaited. @type {{ path: string; body: Body } | null} */
    this.request = null;
    this.head = false;
    socket.on('data', (chunk) => {
      this.rest = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
      this.take();
    });
    socket.on('error', () => socket.destroy());
  }

  endAfterAnswer() {
    this.last = true;
    if (!this.busy && !this.request) this.socket.end();
  }

  take() {
    while (this.rest && !this.busy) {
      this.request ??= this.takeHead();
      if (!this.request || !this.takeBody(this.request.body)) return;
      const { path } = this.request;
      this.request = null;
      this.busy = true;
      this.onRequest(path, (answer) => this.answer(answer));
    }
  }

  /** The request whose head is there; null: not yet, or refused. */
  takeHead() {
    const rest = /** @type {Buffer} */ (this.rest);
    const head = headOf(rest);
    if (!head) {
      if (rest.length > longestHead) this.refuse();
      return null;
    }
    this.rest = head.length < rest.length ? rest.subarray(head.length) : null;
    const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.[01](?:\r|$)/.exec(head.text) ?? [];
    const extent = bodyOf(head.text);
    if (!method || !path || extent === undefined) {
      this.refuse();
      return null;
    }
    this.head = method === 'HEAD';
    if (/\r\nconnection: *close/i.test(head.text)) this.last = true;
    if (extent && /\r\nexpect: *100-continue/i.test(head.text))
      this.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    return { path, body: new Body(extent ?? 0) };
  }

  /** True once the body has been read. @param {Body} body */
  takeBody(body) {
    if (body.done) return true;
    if (!this.rest) return false;
    const taken = body.take(this.rest);
    this.rest = taken < this.rest.length ? this.rest.subarray(taken) : null;
    if (body.broken) this.refuse();
    return body.done;
  }

  /** @param {Answer} answer */
  answer({ status, type, text }) {
    this.busy = false;
    this.socket.write(
      `HTTP/1.1 ${status} ${reasons[status]}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${this.last ? 'connection: close\r\n' : ''}\r\n${this.head ? '' : text}`,
    );
    if (this.last) this.socket.end();
    else this.take();
  }

  refuse() {
    this.last = true;
    this.rest = null;
    this.answer({ status: 400, type: 'text/plain', text: 'This is no HTTP/1.1 request.\n' });
  }
}

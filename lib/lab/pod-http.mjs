// The smallest HTTP/1.1 server that a pod needs. Node's own takes more of a core for a request than the gateway does,
// and ten pods of it on two cores would be what a load test measures.
import { createServer } from 'node:net';

const endOfHead = Buffer.from('\r\n\r\n');
const longestHead = 64 * 1024;
const reasons = { 200: 'OK', 400: 'Bad Request', 404: 'Not Found', 503: 'Service Unavailable' };

/**
 * @typedef {{ status: number; type: string; text: string }} Answer
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
    /** Bytes of the body still to come; -1: chunked. */
    this.body = 0;
    this.path = '';
    this.head = false;
    socket.on('data', (chunk) => {
      this.rest = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
      this.take();
    });
    socket.on('error', () => socket.destroy());
  }

  endAfterAnswer() {
    this.last = true;
    if (!this.busy) this.socket.end();
  }

  take() {
    while (this.rest && !this.busy) {
      if (this.path === '' && !this.takeHead()) return;
      if (!this.takeBody()) return;
      const path = this.path;
      this.path = '';
      this.busy = true;
      this.onRequest(path, (answer) => this.answer(answer));
    }
  }

  /** True once the head of a request is there. */
  takeHead() {
    const rest = /** @type {Buffer} */ (this.rest);
    const end = rest.indexOf(endOfHead);
    if (end < 0) {
      if (rest.length > longestHead) this.refuse();
      return false;
    }
    const head = rest.toString('latin1', 0, end);
    this.rest = end + 4 < rest.length ? rest.subarray(end + 4) : null;
    const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.[01](?:\r|$)/.exec(head) ?? [];
    if (!method || !path) {
      this.refuse();
      return false;
    }
    this.path = path;
    this.head = method === 'HEAD';
    // Most requests have no body: their heads are not searched for more than these.
    this.body = /\r\ntransfer-encoding:[^\r]*chunked/i.test(head) ? -1 : Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (/\r\nconnection: *close/i.test(head)) this.last = true;
    if (this.body !== 0 && /\r\nexpect: *100-continue/i.test(head)) this.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    return true;
  }

  /** True once the body has been read. */
  takeBody() {
    while (this.body !== 0) {
      if (!this.rest) return false;
      if (this.body > 0) {
        const taken = Math.min(this.body, this.rest.length);
        this.body -= taken;
        this.rest = taken < this.rest.length ? this.rest.subarray(taken) : null;
        continue;
      }
      const lineEnd = this.rest.indexOf('\r\n');
      if (lineEnd < 0) return false;
      const size = parseInt(this.rest.toString('latin1', 0, lineEnd), 16);
      // The last chunk is followed by trailers, none of which anyone here sends, and an empty line.
      const whole = lineEnd + 2 + (size > 0 ? size : 0) + 2;
      if (Number.isNaN(size)) {
        this.refuse();
        return false;
      }
      if (this.rest.length < whole) return false;
      this.rest = whole < this.rest.length ? this.rest.subarray(whole) : null;
      if (size === 0) this.body = 0;
    }
    return true;
  }

  /** @param {Answer} answer */
  answer({ status, type, text }) {
    this.busy = false;
    this.socket.write(`HTTP/1.1 ${status} ${reasons[/** @type {keyof typeof reasons} */ (status)] ?? ''}\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n${this.last ? 'connection: close\r\n' : ''}\r\n${this.head ? '' : text}`);
    if (this.last) this.socket.end();
    else this.take();
  }

  refuse() {
    this.last = true;
    this.answer({ status: 400, type: 'text/plain', text: 'This is no HTTP/1.1 request.\n' });
  }
}

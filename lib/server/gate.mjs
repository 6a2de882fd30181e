// What comes before Next: it sees no request that it would answer with an error of its own, and every answer has the
// same headers, whoever makes it.
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { contentSecurityPolicy, nonceHeader, securityHeaders } from './headers.mjs';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const allow = methods.join(', ');
/** Longer than any address of ours: a comparison of six runs with a zoom has 400 characters. */
const longestAddress = 8192;

/**
 * Limits of node:http: how long a client may take for its headers and for all of its request, and how large the headers
 * may be (431 beyond that).
 */
export const serverOptions = {
  maxHeaderSize: 16_384,
  headersTimeout: 15_000,
  // An imported file comes in by one request.
  requestTimeout: 15 * 60_000,
  connectionsCheckingInterval: 5000,
  // `admit` asks for it: Node's own refusal has none of our headers.
  requireHostHeader: false,
};

/**
 * Sets the answer's headers and tells Next its nonce. False: answered already.
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
 * @param {boolean} isDev @returns {boolean}
 */
export function admit(request, response, isDev) {
  const { url = '', method = '', headers } = request;
  const nonce = randomBytes(16).toString('base64');
  const policy = contentSecurityPolicy(nonce, isDev);
  // Next gives its own scripts the nonce that it finds in the request's policy.
  headers['content-security-policy'] = policy;
  delete headers['content-security-policy-report-only'];
  headers[nonceHeader] = nonce;
  response.setHeader('content-security-policy', policy);
  for (const [name, value] of Object.entries(securityHeaders(url.split('?')[0] ?? '')))
    response.setHeader(name, value);
  if (headers.host === undefined && request.httpVersion === '1.1')
    return refuse(response, 400, 'The request has no Host header.');
  if (!methods.includes(method)) return refuse(response, 405, 'Method Not Allowed', { allow });
  if (url.length > longestAddress)
    return refuse(response, 414, `The address is longer than ${longestAddress} characters.`);
  // `OPTIONS *` and a whole address, as a proxy is sent.
  if (!url.startsWith('/')) return refuse(response, 400, 'The address is not a path.');
  return true;
}

/** What to do. @type {Record<number, string>} */
const details = {
  400: 'Ask by HTTP/1.1 with a Host header for a path, such as /api/status.',
  405: `Use one of ${allow}.`,
  408: 'Send the whole request within the time.',
  413: 'Send the body in chunks without extensions.',
  414: 'Ask for less at once, or send what is long in a body.',
  417: 'Send the body without asking first.',
  431: `Send at most ${serverOptions.maxHeaderSize} bytes of headers.`,
};

/**
 * Answers with a problem (RFC 9457).
 * @param {import('node:http').ServerResponse} response @param {number} status @param {string} title
 * @param {Record<string, string>} headers @returns {false}
 */
export function refuse(response, status, title, headers = {}) {
  response.writeHead(status, { ...headers, ...problemHeaders }).end(problemOf(status, title));
  return false;
}

const problemHeaders = { 'content-type': 'application/problem+json', connection: 'close' };

/** @param {number} status @param {string} title @returns {string} */
function problemOf(status, title) {
  return JSON.stringify({ type: 'about:blank', title, status, detail: details[status] });
}

/**
 * Answers what Node's parser takes for no request, as `refuse` would, with the status that Node itself would give; for
 * node:http's `clientError`.
 * @param {Error & { code?: string }} error @param {import('node:net').Socket & { _httpMessage?: import('node:http').ServerResponse | null }} socket
 */
export function refuseUnparsed(error, socket) {
  const statuses = /** @type {Record<string, number>} */ ({
    HPE_HEADER_OVERFLOW: 431,
    HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
    ERR_HTTP_REQUEST_TIMEOUT: 408,
  });
  // Within an answer that has begun, another would be read as a part of it.
  if (error.code === 'ECONNRESET' || !socket.writable || socket._httpMessage?.headersSent) socket.destroy();
  else refuseOnSocket(socket, statuses[error.code ?? ''] ?? 400);
}

/**
 * Answers where node:http makes no response, and ends the connection.
 * @param {import('node:stream').Duplex} socket @param {number} status
 */
export function refuseOnSocket(socket, status) {
  const title = STATUS_CODES[status] ?? '';
  const body = problemOf(status, title);
  const headers = Object.entries({
    'content-security-policy': contentSecurityPolicy(randomBytes(16).toString('base64'), false),
    ...securityHeaders(''),
    ...(status === 405 ? { allow } : {}),
    ...problemHeaders,
    'content-length': `${Buffer.byteLength(body)}`,
  });
  const lines = [`HTTP/1.1 ${status} ${title}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

// What comes before Next: it sees no request that it would answer with an error of its own, and every answer has the
// same headers, whoever makes it.
import { randomBytes } from 'node:crypto';
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
  if (!methods.includes(method)) return refuse(response, 405, 'Method Not Allowed', { allow });
  if (url.length > longestAddress)
    return refuse(response, 414, `The address is longer than ${longestAddress} characters.`);
  // `OPTIONS *` and a whole address, as a proxy is sent.
  if (!url.startsWith('/')) return refuse(response, 400, 'The address is not a path.');
  return true;
}

/** What to do. @type {Record<number, string>} */
const details = {
  400: 'Ask for a path, such as /api/status.',
  405: `Use one of ${allow}.`,
  414: 'Ask for less at once, or send what is long in a body.',
};

/**
 * Answers with a problem (RFC 9457).
 * @param {import('node:http').ServerResponse} response @param {number} status @param {string} title
 * @param {Record<string, string>} headers @returns {false}
 */
export function refuse(response, status, title, headers = {}) {
  response
    .writeHead(status, { ...headers, 'content-type': 'application/problem+json', connection: 'close' })
    .end(JSON.stringify({ type: 'about:blank', title, status, detail: details[status] }));
  return false;
}

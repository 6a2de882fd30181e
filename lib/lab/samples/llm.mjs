// The stand-in for a model server: OpenAI's /v1/chat/completions, one process a pod. It knows no language; what it has is
// a model server's times: a first token that takes longer the longer the prompt is, then a token at a time, and all of it
// slower the more requests are in flight, as on one GPU.
import { createServer } from 'node:http';
import { numberOf, runPod } from './pod-main.mjs';

const model = process.env.MODEL ?? 'lab-llm';
/** Alone on the GPU: until the first token, for each token of the prompt, and from one token to the next. */
const firstTokenMs = numberOf('FIRST_TOKEN_MS', 200);
const promptTokenMs = numberOf('PROMPT_TOKEN_MS', 0.5);
const tokenMs = numberOf('TOKEN_MS', 20);
/** What each further request in flight adds to those times, as a part of them. */
const slowdown = numberOf('SLOWDOWN', 0.1);
/** The answer's length where the request sets no `max_tokens`. */
const answerTokens = numberOf('ANSWER_TOKENS', 64);
const mostTokens = 100_000;
const mostBytes = 8_000_000;
const words =
  'the pods scale with the load and when it goes they go too so that nobody pays for what nobody asks'.split(
    ' ',
  );

let inFlight = 0;
let served = 0;

const slower = () => 1 + slowdown * (inFlight - 1);
/** @param {number} i */
const word = (i) => `${i === 0 ? '' : ' '}${words[i % words.length]}`;

/**
 * @typedef {{ messages: { content: unknown }[]; max_tokens?: number; max_completion_tokens?: number; stream?: boolean;
 *   stream_options?: { include_usage?: boolean } }} Asked
 * @typedef {import('node:http').ServerResponse} Response
 */

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0];
  if (path === '/healthz') return answer(request, response, 200, { status: 'ok' });
  if (path === '/lab/counts') return answer(request, response, 200, { active: inFlight, served });
  if (path === '/v1/models')
    return answer(request, response, 200, {
      object: 'list',
      data: [{ id: model, object: 'model', owned_by: 'lab' }],
    });
  if (path !== '/v1/chat/completions') return refuse(request, response, 404, `there is no ${path}`);
  if (request.method !== 'POST') return refuse(request, response, 405, 'use POST');
  let text = '';
  request.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    text += chunk;
    if (text.length > mostBytes) request.destroy();
  });
  request.on('end', () => {
    const asked = parse(text);
    if (typeof asked === 'string') refuse(request, response, 400, asked);
    else complete(asked, response);
  });
});
server.keepAliveTimeout = 0;

/** The request, or what is wrong with it. @param {string} text @returns {Asked | string} */
function parse(text) {
  /** @type {unknown} */
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return 'the body is not JSON';
  }
  const asked = /** @type {Asked} */ (body);
  if (!Array.isArray(asked?.messages) || asked.messages.length === 0)
    return "'messages' must be a list of at least one";
  const most = asked.max_completion_tokens ?? asked.max_tokens;
  if (most !== undefined && most !== null && !(Number.isInteger(most) && most >= 1 && most <= mostTokens))
    return `'max_tokens' must be a whole number from 1 to ${mostTokens}`;
  return asked;
}

/** Tokens of a message's content: here every word is one. @param {unknown} content @returns {number} */
function tokensOf(content) {
  if (Array.isArray(content)) {
    const parts = /** @type {({ text?: unknown } | null)[]} */ (content);
    return parts.reduce((sum, part) => sum + tokensOf(part?.text), 0);
  }
  return typeof content === 'string' ? (content.match(/\S+/g)?.length ?? 0) : 0;
}

/** @param {Asked} asked @param {Response} response */
function complete(asked, response) {
  const limit = asked.max_completion_tokens ?? asked.max_tokens ?? null;
  const count = limit ?? answerTokens;
  const prompt = asked.messages.reduce((sum, message) => sum + tokensOf(message?.content), 0);
  const usage = { prompt_tokens: prompt, completion_tokens: count, total_tokens: prompt + count };
  const common = { id: `chatcmpl-${++served}`, created: Math.floor(Date.now() / 1000), model };
  const finish_reason = limit === null ? 'stop' : 'length';
  /** @param {object[]} choices @param {object} [more] */
  const send = (choices, more) =>
    response.write(
      `data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', choices, ...more })}\n\n`,
    );

  inFlight++;
  let at = 0;
  let dueMs = performance.now() + (firstTokenMs + promptTokenMs * prompt) * slower();
  /** @type {NodeJS.Timeout} */
  let timer;
  const wait = () => void (timer = setTimeout(next, Math.max(dueMs - performance.now(), 0)));
  const next = () => {
    if (asked.stream) {
      // Its head goes with the first token, so that the first byte is the first token.
      if (at === 0)
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      const delta = { ...(at === 0 ? { role: 'assistant' } : {}), content: word(at) };
      send([{ index: 0, delta, finish_reason: null }]);
    }
    at++;
    dueMs += tokenMs * slower();
    if (at < count) return wait();
    if (!asked.stream)
      return answer(null, response, 200, {
        ...common,
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: Array.from({ length: count }, (_, i) => word(i)).join(''),
            },
            finish_reason,
          },
        ],
        usage,
      });
    send([{ index: 0, delta: {}, finish_reason }]);
    if (asked.stream_options?.include_usage) send([], { usage });
    response.end('data: [DONE]\n\n');
  };
  // However it ends, and also where the client goes.
  response.on('close', () => {
    clearTimeout(timer);
    inFlight--;
  });
  wait();
}

/** @param {import('node:http').IncomingMessage | null} request @param {Response} response @param {number} status @param {object} body */
function answer(request, response, status, body) {
  request?.resume();
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

/** @param {import('node:http').IncomingMessage} request @param {Response} response @param {number} status @param {string} message */
function refuse(request, response, status, message) {
  answer(request, response, status, {
    error: { message, type: 'invalid_request_error', param: null, code: null },
  });
}

runPod({
  listen: (port, host) => void server.listen(port, host),
  drain(done) {
    server.close(done);
    server.closeIdleConnections();
  },
});

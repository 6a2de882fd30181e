// The gRPC sample: ping.PingService with its health and its reflection (v1 and v1alpha), one process a pod.
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { fileURLToPath } from 'node:url';
import { numberOf, runPod } from './pod-main.mjs';

const serviceTimeMs = numberOf('SERVICE_TIME_MS', 28);
const mostAnswers = 1_000_000;
let active = 0;

/** @param {string} msg */
const pong = (msg) => ({ msg: `pong: ${msg}`, inFlight: active });

/** Counts a call until it ends, however it does; the result tells whether it has. @param {import('node:events').EventEmitter} call */
function begin(call) {
  active++;
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    active--;
  };
  call.on('cancelled', end);
  return { end, hasEnded: () => ended };
}

const handlers = {
  /** @param {import('@grpc/grpc-js').ServerUnaryCall<{ msg: string }, object>} call @param {import('@grpc/grpc-js').sendUnaryData<object>} answer */
  ping(call, answer) {
    const { end, hasEnded } = begin(call);
    setTimeout(() => {
      if (hasEnded()) return;
      const response = pong(call.request.msg);
      end();
      answer(null, response);
    }, serviceTimeMs);
  },
  /** @param {import('@grpc/grpc-js').ServerWritableStream<{ msg: string; count: number; intervalMs: number }, object>} call */
  pingTimes(call) {
    const { msg, count, intervalMs } = call.request;
    if (count < 0 || count > mostAnswers || intervalMs < 0) {
      call.destroy(
        Object.assign(new Error(`count must be 0 to ${mostAnswers}, interval_ms no less than 0`), {
          code: status.INVALID_ARGUMENT,
          details: `count must be 0 to ${mostAnswers}, interval_ms no less than 0`,
        }),
      );
      return;
    }
    const { end, hasEnded } = begin(call);
    /** @param {number} sent */
    const next = (sent) => {
      if (hasEnded()) return;
      if (sent === count) {
        end();
        call.end();
        return;
      }
      const more = () => setTimeout(() => next(sent + 1), intervalMs);
      if (call.write(pong(msg))) more();
      else call.once('drain', more);
    };
    setTimeout(() => next(0), serviceTimeMs);
  },
  /** @param {import('@grpc/grpc-js').ServerDuplexStream<{ msg: string }, object>} call */
  pingStream(call) {
    const { end, hasEnded } = begin(call);
    let waiting = 0;
    let isWhole = false;
    const finish = () => {
      if (!isWhole || waiting > 0 || hasEnded()) return;
      end();
      call.end();
    };
    call.on('data', (/** @type {{ msg: string }} */ { msg }) => {
      waiting++;
      setTimeout(() => {
        waiting--;
        if (hasEnded()) return;
        if (!call.write(pong(msg))) {
          call.pause();
          call.once('drain', () => call.resume());
        }
        finish();
      }, serviceTimeMs);
    });
    call.on('end', () => {
      isWhole = true;
      finish();
    });
    call.on('error', end);
  },
};

const definition = loadSync(
  // The script that ships with a proto loads this service by it.
  ['../../../loadtests/grpc-proto/ping.proto', 'health.proto'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  ),
);
const server = new Server();
const service = /** @type {import('@grpc/grpc-js').ServiceDefinition} */ (definition['ping.PingService']);
server.addService(service, handlers);
const health = new HealthImplementation({ '': 'SERVING', 'ping.PingService': 'SERVING' });
health.addToServer(server);
new ReflectionService(definition).addToServer(server);

runPod({
  listen(port, host) {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error) => {
      if (error) process.exit(1);
    });
  },
  drain(done) {
    health.setStatus('', 'NOT_SERVING');
    server.tryShutdown(done);
  },
});

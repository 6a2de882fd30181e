// title: gRPC
// question: How do pods follow gRPC calls and open streams, and what does a late pod cost each?
// env: VUS=50 calls in flight
// env: STREAMS=5 server streams open beside them; 0: none
// env: DURATION=30s length of the load
// env: METHOD=ping.PingService/Ping unary method, found by the server's reflection
// env: MESSAGE={"msg":"hi"} what it is asked, as JSON without spaces
// env: STREAM_METHOD=ping.PingService/PingTimes streaming method
// env: STREAM_MESSAGE={"msg":"hi","count":10,"intervalMs":100} what a stream is asked
// env: TIMEOUT=60s longest wait for one answer, and for a stream’s end
import { check } from 'k6';
import exec from 'k6/execution';
import grpc from 'k6/net/grpc';
import { Trend } from 'k6/metrics';
import type { Options, Scenario } from 'k6/options';

declare const console: { error(text: string): void };

const [, scheme = 'http', authority = '127.0.0.1:4380'] =
  /^(https?):\/\/([^/]+)/.exec(__ENV.TARGET_URL || '') ?? [];
const address = /:\d+$/.test(authority) ? authority : `${authority}:${scheme === 'https' ? 443 : 80}`;
const host = __ENV.HOST || 'grpc-ping.default.example.com';
const timeout = __ENV.TIMEOUT || '60s';
const duration = __ENV.DURATION || '30s';
const streams = Number(__ENV.STREAMS || 5);
const method = __ENV.METHOD || 'ping.PingService/Ping';
const message = JSON.parse(__ENV.MESSAGE || '{"msg":"hi"}') as object;
const streamMethod = __ENV.STREAM_METHOD || 'ping.PingService/PingTimes';
const streamMessage = JSON.parse(
  __ENV.STREAM_MESSAGE || '{"msg":"hi","count":10,"intervalMs":100}',
) as object;

const scenario = (exec: string, vus: number): Scenario => ({ executor: 'constant-vus', exec, vus, duration });

export const options: Options = {
  scenarios: {
    calls: scenario('calls', Number(__ENV.VUS || 50)),
    ...(streams > 0 ? { streams: scenario('streamsOpen', streams) } : {}),
  },
  thresholds: { checks: ['rate==1'] },
};

// Its types do not know `authority`, by which the gateway routes.
const connection = { plaintext: scheme === 'http', authority: host, reflect: true, timeout };
const client = new grpc.Client();
let isConnected = false;
/** k6 times calls from where they have a connection: what a virtual user waits for that, a cold start's pod too, is in no call. */
const timeToConnect = new Trend('time_to_connect', true);

// A virtual user keeps its connection, as a client of a service does.
function connect(): void {
  if (isConnected) return;
  const beganMs = Date.now();
  try {
    client.connect(address, connection);
  } catch (error) {
    // No later call would go better: the load ends here, and its run says why.
    if (/Unimplemented/i.test(String(error)))
      exec.test.abort(
        `Reflection finds no method; where the server has none, take the script grpc-proto with its .proto. ${String(error)}`,
      );
    throw error;
  }
  timeToConnect.add(Date.now() - beganMs);
  isConnected = true;
}

export function calls(): void {
  connect();
  const response = client.invoke(method, message, { timeout });
  check(response, { 'status is OK': (r) => r.status === grpc.StatusOK });
}

export function streamsOpen(): void {
  connect();
  const stream = new grpc.Stream(client, streamMethod, { timeout });
  let failed = false;
  stream.on('error', (error: unknown) => {
    failed = true;
    console.error(`A stream of ${streamMethod} broke off: ${(error as { message: string }).message}`);
  });
  stream.on('end', () => {
    check(failed, { 'stream ended well': (broken) => !broken });
  });
  stream.write(streamMessage);
  stream.end();
}

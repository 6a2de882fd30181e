// title: gRPC by a .proto file
// question: How do pods follow gRPC calls to a server whose reflection is off?
// env: VUS=50 calls in flight
// env: DURATION=30s length of the load
// env: METHOD=ping.PingService/Ping unary method of the proto
// env: MESSAGE={"msg":"hi"} what it is asked, as JSON without spaces
// env: TIMEOUT=60s longest wait for one answer
import { check } from 'k6';
import { Trend } from 'k6/metrics';
import grpc from 'k6/net/grpc';
import type { Options } from 'k6/options';
import { addressOf } from './address.ts';

const { address, plaintext } = addressOf(__ENV.TARGET_URL || 'http://127.0.0.1:4380');
const timeout = __ENV.TIMEOUT || '60s';
const method = __ENV.METHOD || 'ping.PingService/Ping';
const message = JSON.parse(__ENV.MESSAGE || '{"msg":"hi"}') as object;

export const options: Options = {
  scenarios: {
    calls: {
      executor: 'constant-vus',
      vus: Number(__ENV.VUS || 50),
      duration: __ENV.DURATION || '30s',
    },
  },
  thresholds: { checks: ['rate==1'] },
};

// Its types do not know `authority`, by which the gateway routes.
const connection = { plaintext, authority: __ENV.HOST || 'grpc-ping.default.example.com', timeout };
const client = new grpc.Client();
// Put the proto of your own service in its place.
client.load([], 'ping.proto');
let isConnected = false;
/** Of k6's own times none has what a virtual user waits for its connection. */
const timeToConnect = new Trend('time_to_connect', true);

export default function (): void {
  // A virtual user keeps its connection, as a client of a service does.
  if (!isConnected) {
    const beganMs = Date.now();
    client.connect(address, connection);
    timeToConnect.add(Date.now() - beganMs);
    isConnected = true;
  }
  const response = client.invoke(method, message, { timeout });
  check(response, { 'status is OK': (r) => r.status === grpc.StatusOK });
}

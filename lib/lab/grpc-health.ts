import { Client, credentials, status } from '@grpc/grpc-js';

const serving = 1;
const statusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/**
 * Asks a server on loopback by the gRPC health protocol (grpc.health.v1.Health/Check) for one of its services; empty: for
 * the server. Null: it serves; otherwise what the kubelet says of it (pkg/probe/grpc).
 */
export function checkHealth(service: string, port: number, timeoutMs: number): Promise<string | null> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return new Promise<string | null>((resolve) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      // HealthCheckRequest: field 1, a string; HealthCheckResponse: field 1, an enum.
      (name: string) => {
        const bytes = Buffer.from(name);
        return bytes.length === 0 ? bytes : Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);
      },
      (bytes: Buffer) => (bytes.length === 0 ? 0 : bytes[1]!),
      service.slice(0, 127),
      { deadline: Date.now() + timeoutMs },
      (error, answer) =>
        resolve(
          error
            ? error.code === status.DEADLINE_EXCEEDED
              ? `timeout: health rpc did not complete within ${timeoutMs / 1000}s`
              : `error: health rpc failed: ${error.details}`
            : answer === serving
              ? null
              : `service unhealthy (responded with "${statusNames[answer ?? 0] ?? answer}")`,
        ),
    );
  }).finally(() => client.close());
}

import { z } from 'zod';

/** What a load talks by. Its requests are HTTP requests, gRPC calls (a stream is one) and WebSocket sessions. */
export const protocolSchema = z.enum(['http', 'grpc', 'websocket']);
export const protocols = protocolSchema.options;
export type Protocol = z.infer<typeof protocolSchema>;

/** What a request is called: by its protocol, or by none where a run has several. */
export const requestUnits = ['http', 'grpc', 'websocket', 'mixed'] as const;
export type RequestUnit = (typeof requestUnits)[number];

/** What the requests of a run are called: of one that was recorded before protocols were, those of HTTP. */
export function unitOf(of: readonly Protocol[] = []): RequestUnit {
  return of.length === 1 ? of[0]! : of.length === 0 ? 'http' : 'mixed';
}

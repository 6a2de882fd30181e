import { saidAt } from '@/lib/loadgen/script-error';
import { type ScriptSource } from '@/lib/loadgen/script-folder';
import { codeOf } from '@/lib/loadgen/local-k6';
import { CodedError, message, type Message } from '@/lib/model/message';
import { type Service } from '@/lib/model/run';
import { isTls } from '@/lib/model/target';
import { askGrpc } from '@/lib/outgoing/ask-grpc';
import { grpcStatusNames } from '@/lib/timeline/protocols';
import { askedOf, gatewayAnswer, handshake, hostnameOf } from './check-tls';
import { clientCertificateOf } from './client-certificate';
import { type Failure } from './intake';

/** What is known of a load of which nothing succeeded. */
interface FailedLoad {
  script: ScriptSource & { scriptName: string };
  /** The ways in which its requests failed. */
  failures: readonly Failure[];
  /** The last error that k6 told of the script. */
  lastError: string | null;
}

/**
 * Why nothing of a load succeeded, and what to do: by what its service's gateway says when it is asked the like once more,
 * else by how all requests failed alike. Null: nothing is sure.
 */
export async function whyNoneSucceeded(
  service: Service,
  load: FailedLoad,
  ms: number,
): Promise<Message | null> {
  return (
    withoutReflection(load.lastError) ?? (await wayBarred(service, load, ms)) ?? saidByAll(service, load)
  );
}

/** What a server says of a method that it lacks (grpc-go, grpc-js, grpc-java and Python's); a gateway without a route says 404. */
function withoutReflection(lastError: string | null): Message | null {
  return lastError !== null &&
    /reflect|list services/i.test(lastError) &&
    /unknown (service|method)|not implement|method not found/i.test(lastError)
    ? message('reasons.no-reflection')
    : null;
}

/** What is in the way between here and the service. */
async function wayBarred(service: Service, load: FailedLoad, ms: number): Promise<Message | null> {
  const asksGrpc = codeOf(load.script).some((code) => code.includes('k6/net/grpc'));
  const { gatewayUrl } = service;
  try {
    if (isTls(gatewayUrl)) {
      const { why, protocol } = await handshake(service, ms);
      if (why && !service.gatewayUnverified) return why;
      if (asksGrpc && protocol !== 'h2') return message('reasons.no-http2', { url: gatewayUrl });
    }
    const status = await gatewayAnswer(service, ms, { ...askedOf(service), headers: { host: service.host } });
    if (status === 404 && load.failures.length > 0 && load.failures.every(isLikeNotRouted))
      return message('reasons.not-routed', { host: service.host });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED')
      return message('reasons.nothing-listens', { url: gatewayUrl });
    if (error instanceof CodedError && !nothingSaid.has(error.said.code)) return error.said;
  }
  return asksGrpc ? grpcBarred(service, ms) : null;
}

const nothingSaid = new Set<string>(['reasons.no-answer-within', 'reasons.connection-reset']);

/** What keeps gRPC alone from coming through. */
async function grpcBarred(service: Service, ms: number): Promise<Message | null> {
  const { gatewayUrl, host } = service;
  const servername = hostnameOf(host);
  const client = clientCertificateOf(service);
  const answer = await askGrpc(gatewayUrl, { host, servername, client }, ms);
  if (answer.speaks === 'http1') return message('reasons.no-http2', { url: gatewayUrl });
  if (answer.speaks === 'http2')
    return message('reasons.no-grpc', { host, contentType: answer.contentType || '–' });
  return null;
}

/** To gRPC clients a gateway's 404 is UNIMPLEMENTED (grpc/doc/http-grpc-status-mapping.md). */
function isLikeNotRouted({ protocol, status }: Failure): boolean {
  return status === (protocol === 'grpc' ? '12' : '404');
}

/** What all failures have in common. */
function saidByAll({ host }: Service, { script, failures, lastError }: FailedLoad): Message | null {
  const [failure, ...others] = failures;
  if (!failure) {
    const placed = lastError === null ? null : saidAt(lastError, script);
    return (
      placed && message('reasons.with-cause-at', { reason: message('reasons.k6-script-threw'), ...placed })
    );
  }
  if (others.length > 0) return null;
  const { protocol, status } = failure;
  if (isTimeout(failure)) return message('reasons.none-ended');
  if (status === null) return null;
  if (protocol === 'websocket') return message('reasons.no-websocket', { host, status });
  return message('reasons.all-answered', {
    status: protocol === 'grpc' ? (grpcStatusNames[Number(status)] ?? status) : status,
  });
}

/**
 * What to do about a load of which something succeeded and whatever failed did so for want of time, or whose streams all
 * stayed open; null: it did not.
 */
export function whyNotEnded(failures: readonly Failure[], hasOnlyOpenStreams = false): Message | null {
  return (failures.length > 0 || hasOnlyOpenStreams) && failures.every(isTimeout)
    ? message('reasons.some-not-ended')
    : null;
}

function isTimeout({ protocol, status, errorCode }: Failure): boolean {
  return errorCode === timeout || (protocol === 'grpc' && status === deadlineExceeded);
}

/** k6's error of a request that was not answered in time (lib/netext/httpext/error_codes.go). */
const timeout = '1050';
const deadlineExceeded = '4';

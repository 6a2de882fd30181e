import { type ConnectionCheck } from '@/lib/model/connection-check';
import { CodedError, message } from '@/lib/model/message';
import { type Service } from '@/lib/model/run';
import { isTls } from '@/lib/model/target';
import { type Asked, boundedFetch, boundedStatus } from '@/lib/outgoing/bounded-fetch';
import { type Handshake, shakeHands } from '@/lib/outgoing/certificates';
import { failed, fails, type Finding, works } from './finding';
import { clientCertificateOf } from './client-certificate';

const dayMs = 86_400_000;

/** A service without the port that its Host header may have. */
export function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

/**
 * What a gateway over TLS is like: its certificate, the protocol that it chooses by ALPN, and how it takes the client's
 * certificate. `by` gives a check its name and turns what is thrown into a finding.
 */
export function tlsChecks(
  service: Service,
  ms: number,
  by: (name: ConnectionCheck['name'], test: () => Promise<Finding>) => Promise<ConnectionCheck>,
): Promise<ConnectionCheck>[] {
  if (!isTls(service.gatewayUrl)) return [];
  const shaken = handshake(service, ms);
  // Each check says for itself what it meets.
  shaken.catch(() => undefined);
  const { gatewayClient } = service;
  return [
    by('tls', async () => {
      const { subject, issuer, validToUnixMs, why } = await shaken;
      if (why && !service.gatewayUnverified) return failed(why);
      return works(why ? 'unverified' : 'certificate', { subject, issuer, days: daysTo(validToUnixMs) });
    }),
    by('protocol', async () => {
      const { protocol } = await shaken;
      return protocol === 'h2'
        ? works('alpn', { protocol })
        : fails('no-http2', { protocol: protocol ?? 'http/1.1' });
    }).then((check) => ({ ...check, optional: true })),
    ...(gatewayClient
      ? [
          by('client', async () => {
            const { subject, validFromUnixMs, validToUnixMs } = gatewayClient;
            const nowMs = Date.now();
            if (validToUnixMs < nowMs)
              return failed(
                message('reasons.client-certificate-expired', { subject, days: -daysTo(validToUnixMs) }),
              );
            if (validFromUnixMs > nowMs)
              return failed(
                message('reasons.client-certificate-early', { subject, days: daysTo(validFromUnixMs) }),
              );
            await shaken;
            return works('client-certificate', { subject, days: daysTo(validToUnixMs) });
          }),
        ]
      : []),
  ];
}

function daysTo(unixMs: number): number {
  return Math.floor((unixMs - Date.now()) / dayMs);
}

/** Shakes hands with a service's gateway as k6 does. Rejects where no handshake comes about, or the certificate's key is gone. */
export async function handshake(service: Service, ms: number): Promise<Handshake> {
  return shakeHands(
    {
      url: service.gatewayUrl,
      name: hostnameOf(service.host),
      ca: service.gatewayCa,
      client: clientCertificateOf(service),
    },
    ms,
  );
}

/**
 * The status that a service's gateway answers with. Throws a CodedError where the answer says what nginx lets a handshake
 * end well for: it wanted a client's certificate and was shown none, or another one (its own statuses 496 and 495, sent as
 * 400 with a page that says so).
 */
export async function gatewayStatus(service: Service, ms: number, asked: Asked = {}): Promise<number> {
  const status = await boundedStatus(service.gatewayUrl, ms, asked);
  if (!isTls(service.gatewayUrl) || ![400, 495, 496].includes(status)) return status;
  const said = await boundedFetch(service.gatewayUrl, { ms, bytes: 16_384 }, asked).then(
    ({ body }) => body.toString(),
    () => '',
  );
  if (status === 496 || said.includes('No required SSL certificate was sent'))
    throw new CodedError(message('reasons.client-certificate-needed', {}));
  if (status === 495 || said.includes('The SSL certificate error'))
    throw new CodedError(message('reasons.client-certificate-refused', { cause: `HTTP ${status}` }));
  return status;
}

/** The same, and of a port that is asked without TLS whether it takes that alone: throws a CodedError that says so. */
export async function gatewayAnswer(service: Service, ms: number, asked: Asked): Promise<number> {
  const isPlain = !isTls(service.gatewayUrl);
  const status = await gatewayStatus(service, ms, asked).catch(async (error: unknown) => {
    if (isPlain && (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') await refuseTlsPort(service, ms);
    throw error;
  });
  if (isPlain && status === 400) await refuseTlsPort(service, ms);
  return status;
}

/** Whether a port that is asked without TLS takes it; throws a CodedError that says so. */
async function refuseTlsPort({ gatewayUrl, host }: Service, ms: number): Promise<void> {
  const url = gatewayUrl.replace(/^http:/i, 'https:');
  const isIt = await shakeHands({ url, name: hostnameOf(host), ca: null }, ms).then(
    () => true,
    // Whoever asks for a client's certificate speaks TLS.
    (error: unknown) =>
      error instanceof CodedError && error.said.code === 'reasons.client-certificate-needed',
  );
  if (isIt) throw new CodedError(message('reasons.tls-expected', { url }));
}

/** How a service's gateway is asked: its certificate is looked at apart. */
export function askedOf(service: Service): Asked {
  return isTls(service.gatewayUrl)
    ? { servername: hostnameOf(service.host), unverified: true, client: clientCertificateOf(service) }
    : {};
}

/** Whether an address that is the service's own host is routed to it without more: asking it may start a pod. */
export function isOwnAddress({ gatewayUrl, host }: Service): boolean {
  return new URL(gatewayUrl).hostname === hostnameOf(host);
}

/**
 * Why no request of a run could come through, found before its load begins; null: nothing is in its way. A gateway that
 * does not answer is no reason: a load may be what shows it. No pod is started by it.
 */
export async function tlsRefusal(service: Service, ms: number): Promise<CodedError | null> {
  if (!isTls(service.gatewayUrl)) return null;
  try {
    const { why } = await handshake(service, ms);
    if (why && !service.gatewayUnverified) return new CodedError(why);
    if (!isOwnAddress(service)) await gatewayStatus(service, ms, askedOf(service));
    return null;
  } catch (error) {
    return error instanceof CodedError && !passing.has(error.said.code) ? error : null;
  }
}

/** What may be over when the load begins. */
const passing = new Set<string>([
  'reasons.no-answer-within',
  'reasons.handshake-cut',
  'reasons.connection-reset',
]);

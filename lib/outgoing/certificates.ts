import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type PeerCertificate, rootCertificates } from 'node:tls';
import { type ClientCertificate, type ClientCertificateShown } from '@/lib/model/client-certificate';
import { CodedError, message, type Message, said } from '@/lib/model/message';

const marks = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text. Throws a CodedError where it holds none, or one that cannot be read. */
export function certificatesIn(pem: string): X509Certificate[] {
  const found = pem.match(marks) ?? [];
  if (found.length === 0) throw new CodedError(message('validation.no-certificate'));
  return found.map((text) => {
    try {
      return new X509Certificate(text);
    } catch {
      throw new CodedError(message('validation.no-certificate'));
    }
  });
}

/**
 * What may be shown of a client's certificate. Throws a CodedError that names the field where one of the two cannot be
 * read, the key is encrypted, or it is that of another certificate.
 */
export function clientCertificateShown({ cert, key }: ClientCertificate): ClientCertificateShown {
  const [own] = certificatesIn(cert);
  if (!own!.checkPrivateKey(privateKeyIn(key)))
    throw new CodedError(message('validation.key-of-another', { subject: subjectOf(own!.subject) }));
  return {
    subject: subjectOf(own!.subject),
    issuer: subjectOf(own!.issuer),
    validFromUnixMs: Date.parse(own!.validFrom),
    validToUnixMs: Date.parse(own!.validTo),
  };
}

/** The private key of a PEM text. Throws a CodedError where it holds none that can be read without a passphrase. */
function privateKeyIn(pem: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    throw new CodedError(message('validation.key-encrypted'));
  try {
    return createPrivateKey(pem);
  } catch {
    throw new CodedError(message('validation.no-key'));
  }
}

/** The common name in a name of several lines, as Node writes it; all of it where it has none. */
function subjectOf(name: string | undefined): string {
  return /^CN=(.*)$/m.exec(name ?? '')?.[1] ?? (name ?? '').split('\n').join(', ');
}

/** The usual authorities and one's own, for a connection of ours. */
function trusting(ca: string | null | undefined): string[] | undefined {
  return ca ? [...rootCertificates, ca] : undefined;
}

/** What a server shows of itself in the handshake. */
export interface Handshake {
  subject: string;
  issuer: string;
  validToUnixMs: number;
  /** By ALPN: `h2`, `http/1.1`; null where it chose none. */
  protocol: string | null;
  /** Why a client does not trust it; null: it does. */
  why: Message | null;
}

/**
 * Shakes hands with a server under a name, whether or not it is to be trusted. Rejects where no handshake comes about,
 * or the server breaks it off: with a CodedError that says what it lacks, where the server said so.
 */
export async function shakeHands(
  {
    url,
    name,
    ca,
    client,
  }: { url: string; name: string; ca: string | null | undefined; client?: ClientCertificate | null },
  ms: number,
): Promise<Handshake> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || 443,
      servername: isIP(name) ? '' : name,
      ALPNProtocols: ['h2', 'http/1.1'],
      rejectUnauthorized: false,
      ...(ca ? { ca: trusting(ca) } : {}),
      ...(client ?? {}),
      timeout: ms,
    });
    const fail = (error: Error): void =>
      reject(error instanceof CodedError ? error : whyBroken(error, { url, name, isShown: !!client }));
    socket.once('timeout', () =>
      socket.destroy(new CodedError(message('reasons.no-answer-within', { seconds: ms / 1000 }))),
    );
    socket.on('error', fail);
    socket.once('close', () => fail(new Error('ECONNRESET')));
    socket.once('secureConnect', () => {
      // Some servers close the connection without a word where they do not like what they were shown.
      if (client)
        socket.prependOnceListener('close', () =>
          fail(
            new CodedError(
              message('reasons.client-certificate-refused', { cause: message('reasons.connection-reset') }),
            ),
          ),
        );
      const certificate = socket.getPeerCertificate();
      const { authorizationError } = socket as { authorizationError?: unknown };
      // By TLS 1.3 the server looks at the client's certificate only now: a ticket tells that it was content.
      const content = (): void => {
        resolve({
          subject: nameOf(certificate.subject),
          issuer: nameOf(certificate.issuer),
          validToUnixMs: Date.parse(certificate.valid_to),
          protocol: socket.alpnProtocol || null,
          why: socket.authorized ? null : whyNot(String(authorizationError), certificate, name),
        });
        socket.destroy();
      };
      if (socket.getProtocol() !== 'TLSv1.3') return content();
      let timer = setTimeout(content, Math.min(ms, ticketMs));
      // Node's own server gives its ticket before it looks.
      socket.once('session', () => {
        clearTimeout(timer);
        timer = setTimeout(content, lookMs);
      });
      socket.once('close', () => clearTimeout(timer));
    });
  });
}

/** A server that gives no ticket says nothing: it would have refused by then. */
const ticketMs = 700;
const lookMs = 50;

/** Why a handshake was not ended, by what OpenSSL says of the alert or of what came instead. */
function whyBroken(
  error: NodeJS.ErrnoException,
  { url, name, isShown }: { url: string; name: string; isShown: boolean },
): Error {
  const { code = '', message: text } = error;
  const cause = said(/alert ([a-z ]+)/i.exec(text)?.[1] ?? text);
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code))
    return new CodedError(message('reasons.no-tls', { url: url.replace(/^https:/i, 'http:') }));
  if (/UNRECOGNIZED_NAME/.test(code)) return new CodedError(message('reasons.tls-name-unknown', { name }));
  if (
    /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)/.test(
      code,
    )
  )
    return new CodedError(
      isShown
        ? message('reasons.client-certificate-refused', { cause })
        : message('reasons.client-certificate-needed', {}),
    );
  if (/_ALERT_/.test(code)) return new CodedError(message('reasons.handshake-refused', { cause }));
  return code === 'ECONNRESET' || text === 'ECONNRESET'
    ? new CodedError(message('reasons.handshake-cut', { name }))
    : error;
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const one = name?.CN ?? name?.O ?? '';
  return Array.isArray(one) ? one.join(', ') : one;
}

function whyNot(code: string, certificate: PeerCertificate, name: string): Message {
  if (/HAS_EXPIRED/.test(code))
    return message('reasons.certificate-expired', {
      subject: nameOf(certificate.subject),
      at: certificate.valid_to,
    });
  if (/NOT_YET_VALID/.test(code))
    return message('reasons.certificate-early', {
      subject: nameOf(certificate.subject),
      at: certificate.valid_from,
    });
  if (/ALTNAME/.test(code))
    return message('reasons.certificate-name', {
      name,
      names: (certificate.subjectaltname ?? nameOf(certificate.subject)).replaceAll('DNS:', ''),
    });
  return message('reasons.certificate-untrusted', { issuer: nameOf(certificate.issuer), cause: code });
}

import { X509Certificate } from 'node:crypto';
import { connect, type PeerCertificate, rootCertificates } from 'node:tls';
import { CodedError, message, type Message } from '@/lib/model/message';

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

/** Shakes hands with a server under a name, whether or not it is to be trusted. Rejects where no handshake comes about. */
export async function shakeHands(
  { url, name, ca }: { url: string; name: string; ca: string | null | undefined },
  ms: number,
): Promise<Handshake> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || 443,
      servername: name,
      ALPNProtocols: ['h2', 'http/1.1'],
      rejectUnauthorized: false,
      ...(ca ? { ca: trusting(ca) } : {}),
      timeout: ms,
    });
    socket.once('timeout', () =>
      socket.destroy(new CodedError(message('reasons.no-answer-within', { seconds: ms / 1000 }))),
    );
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      const { authorizationError } = socket as { authorizationError?: unknown };
      resolve({
        subject: nameOf(certificate.subject),
        issuer: nameOf(certificate.issuer),
        validToUnixMs: Date.parse(certificate.valid_to),
        protocol: socket.alpnProtocol || null,
        why: socket.authorized ? null : whyNot(String(authorizationError), certificate, name),
      });
      socket.destroy();
    });
  });
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

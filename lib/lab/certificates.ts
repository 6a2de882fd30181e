// The certificates' library builds its parts by reflection.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** A certificate and its key, as PEM. */
export interface Certified {
  cert: string;
  key: string;
}

const dayMs = 24 * 3600 * 1000;
const authorityDays = 3650;
/** What is left at least of a certificate that is taken over from an earlier start. */
const leastDays = 30;
/** Apple's and Chromium's limit for a server's certificate is 398 days. */
const serverDays = 397;
const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** The lab's certificate authority: who trusts its certificate reaches the gateway by HTTPS. */
export class Authority {
  private constructor(
    /** Its certificate as PEM, for curl's `--cacert` and a browser. */
    readonly certificateFile: string,
    private readonly certificate: X509Certificate,
    private readonly key: CryptoKey,
  ) {}

  /** The authority that a folder holds as `ca.crt` and `ca.key`; made where there is none that still holds a while. */
  static async open(folder: string): Promise<Authority> {
    const [certificateFile, keyFile] = [join(folder, 'ca.crt'), join(folder, 'ca.key')];
    const kept = await readAuthority(certificateFile, keyFile);
    if (kept) return new Authority(certificateFile, kept.certificate, kept.key);
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: `CN=Scaletrace lab ${new Date().toISOString().slice(0, 10)}`,
      ...validity(authorityDays),
      keys,
      signingAlgorithm: signature,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    writeFileSync(keyFile, await keyPem(keys.privateKey), { mode: 0o600 });
    writeFileSync(certificateFile, pem('CERTIFICATE', certificate.rawData));
    return new Authority(certificateFile, certificate, keys.privateKey);
  }

  /**
   * A certificate for these names (wildcards too) and addresses, for a server or a client; valid from now for so many days
   * (of the past, where negative), or from so many days ahead.
   */
  async sign(
    names: readonly string[],
    {
      days = serverDays,
      inDays = 0,
      subject = 'Scaletrace lab gateway',
    }: { days?: number; inDays?: number; subject?: string } = {},
  ): Promise<Certified> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${subject}`,
      issuer: this.certificate.subjectName,
      ...validity(days, inDays),
      publicKey: keys.publicKey,
      signingKey: this.key,
      signingAlgorithm: signature,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
        ),
      ],
    });
    return { cert: pem('CERTIFICATE', certificate.rawData), key: await keyPem(keys.privateKey) };
  }
}

async function readAuthority(
  certificateFile: string,
  keyFile: string,
): Promise<{ certificate: X509Certificate; key: CryptoKey } | null> {
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile, 'utf8'));
    const [raw] = PemConverter.decode(readFileSync(keyFile, 'utf8'));
    const key = await crypto.subtle.importKey('pkcs8', raw!, curve, true, ['sign']);
    return certificate.notAfter.getTime() > Date.now() + leastDays * dayMs ? { certificate, key } : null;
  } catch {
    return null;
  }
}

/** From a little before now, for clocks that are behind; or later. */
function validity(days: number, inDays = 0): { notBefore: Date; notAfter: Date } {
  const [from, to] = [Date.now() + (inDays - 1) * dayMs, Date.now() + (inDays + days) * dayMs];
  return {
    notBefore: new Date(inDays > 0 ? from + dayMs : Math.min(from, to - dayMs)),
    notAfter: new Date(to),
  };
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(curve, true, ['sign', 'verify']);
}

async function keyPem(key: CryptoKey): Promise<string> {
  return pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', key));
}

function pem(tag: string, bytes: ArrayBuffer): string {
  return `${PemConverter.encode(bytes, tag)}\n`;
}

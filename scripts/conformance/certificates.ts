import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An authority of our own, and what it signs; all files lie in one folder, by `<name>.crt` and `<name>.key`. */
export class Authority {
  constructor(
    private readonly folder: string,
    private readonly openssl: string,
    private readonly name = 'ca',
  ) {
    this.run(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      this.file(`${name}.key`),
      '-out',
      this.certificate,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    );
  }

  get certificate(): string {
    return this.file(`${this.name}.crt`);
  }

  /** A certificate for both sides, of a subject such as `/O=system:masters/CN=admin` and of these names and addresses. */
  sign(name: string, subject: string, names: readonly string[] = []): { certificate: string; key: string } {
    const [key, request, extensions, certificate] = ['key', 'csr', 'ext', 'crt'].map((end) =>
      this.file(`${name}.${end}`),
    ) as [string, string, string, string];
    this.run('req', ...newKey, '-keyout', key, '-out', request, '-subj', subject);
    writeFileSync(
      extensions,
      [
        'basicConstraints=CA:FALSE',
        'keyUsage=digitalSignature,keyEncipherment',
        'extendedKeyUsage=serverAuth,clientAuth',
        ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
      ].join('\n'),
    );
    this.run(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      this.certificate,
      '-CAkey',
      this.file(`${this.name}.key`),
      '-CAcreateserial',
      '-out',
      certificate,
      '-days',
      '2',
      '-extfile',
      extensions,
    );
    return { certificate, key };
  }

  /** A key pair without a certificate, as service accounts' tokens are signed with. */
  keyPair(name: string): { privateKey: string; publicKey: string } {
    const pair = { privateKey: this.file(`${name}.key`), publicKey: this.file(`${name}.pub`) };
    this.run('genrsa', '-out', pair.privateKey, '2048');
    this.run('rsa', '-in', pair.privateKey, '-pubout', '-out', pair.publicKey);
    return pair;
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  private run(...args: string[]): void {
    execFileSync(this.openssl, args, { stdio: 'ignore', timeout: 60_000 });
  }
}

const newKey = ['-newkey', 'rsa:2048', '-nodes'];

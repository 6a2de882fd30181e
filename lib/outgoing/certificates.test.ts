import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '@/lib/lab/certificates';
import { type ClientCertificate } from '@/lib/model/client-certificate';
import { messageOfError } from '@/lib/model/message';
import { english } from '@/lib/words/english';
import { certificatesIn, clientCertificateShown, shakeHands } from './certificates';

const name = 'shop.example.com';
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-tls-'));
const servers: (HttpServer | Server)[] = [];
let authority: Authority;
let ca = '';
beforeAll(async () => {
  authority = await Authority.open(folder);
  ca = readFileSync(authority.certificateFile, 'utf8');
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listening(server: HttpServer | Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function served(
  names: string[],
  validity: { days?: number; inDays?: number } = {},
  options: ServerOptions = {},
): Promise<string> {
  return listening(
    createServer({ ...(await authority.sign(names, validity)), ...options }, (_, response) => response.end()),
  );
}

async function foreignAuthority(): Promise<Authority> {
  return Authority.open(mkdtempSync(join(folder, 'foreign-')));
}

describe('a handshake', () => {
  it('under the name of the host tells who signed and until when, and is trusted by the authority that is given', async () => {
    const url = await served([name], { days: 30 });
    const trusted = await shakeHands({ url, name, ca }, 5000);
    expect(trusted).toMatchObject({ why: null, protocol: 'http/1.1' });
    expect(Math.round((trusted.validToUnixMs - Date.now()) / 86_400_000)).toBe(30);
    const { why } = await shakeHands({ url, name, ca: null }, 5000);
    expect(english(why!)).toContain(`signed by ${trusted.issuer}, whom nobody here trusts`);
  });

  it.each([
    ['of another name', ['other.example.com'], {}, `for other.example.com, not for ${name}`],
    ['that has expired', [name], { days: -2 }, 'has expired'],
    ['that is not valid yet', [name], { inDays: 2 }, 'is not valid before'],
  ])('with a certificate %s says what does not hold', async (_, names, validity, told) => {
    const { why } = await shakeHands({ url: await served(names, validity), name, ca }, 5000);
    expect(english(why!)).toContain(told);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'that asks who connects takes whom it knows, by %s, and says what it wants of all others',
    async (maxVersion) => {
      const url = await served([name], {}, { requestCert: true, ca, maxVersion });
      const shake = async (client: ClientCertificate | null) =>
        shakeHands({ url, name, ca, client }, 5000).catch((error: unknown) => english(messageOfError(error)));
      expect(await shake(await authority.sign(['client']))).toMatchObject({ why: null });
      // Node's own server ends such a connection of TLS 1.2 without an alert.
      expect(await shake(await (await foreignAuthority()).sign(['client']))).toMatch(
        maxVersion === 'TLSv1.3' ? /does not take the client certificate/ : /want another client certificate/,
      );
      expect(await shake(null)).toMatch(/asks? for a client certificate/);
    },
  );

  it('with a port of plain HTTP says by which scheme to ask', async () => {
    const url = await listening(createHttp());
    await expect(shakeHands({ url, name, ca }, 5000)).rejects.toMatchObject({
      said: { code: 'reasons.no-tls', data: { url: url.replace('https', 'http') } },
    });
  });

  it('with nobody there fails', async () => {
    const url = (await served([name])).replace(/:\d+$/, ':1');
    await expect(shakeHands({ url, name, ca }, 5000)).rejects.toThrow(/ECONNREFUSED/);
  });
});

it('reads each certificate of a text, and refuses what holds none', () => {
  expect(certificatesIn(`# one\n${ca}\n${ca}`)).toHaveLength(2);
  for (const text of ['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
    expect(() => certificatesIn(text)).toThrow('validation.no-certificate');
});

describe('a client’s certificate', () => {
  it('is told by whose it is and until when', async () => {
    const shown = clientCertificateShown(await authority.sign(['client'], { subject: 'tester', days: 30 }));
    expect(shown).toMatchObject({ subject: 'tester' });
    expect(shown.issuer).toContain('Scaletrace lab');
    expect(Math.round((shown.validToUnixMs - Date.now()) / 86_400_000)).toBe(30);
  });

  it('is refused with another’s key, with one that has a passphrase, and with what is none', async () => {
    const { cert } = await authority.sign(['client']);
    const { key: other } = await authority.sign(['client']);
    const locked = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'secret',
    });
    expect(() => clientCertificateShown({ cert, key: other })).toThrow('validation.key-of-another');
    expect(() => clientCertificateShown({ cert, key: String(locked) })).toThrow('validation.key-encrypted');
    expect(() => clientCertificateShown({ cert, key: cert })).toThrow('validation.no-key');
    expect(() => clientCertificateShown({ cert: other, key: other })).toThrow('validation.no-certificate');
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '@/lib/lab/certificates';
import { english } from '@/lib/words/english';
import { certificatesIn, shakeHands } from './certificates';

const name = 'shop.example.com';
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-tls-'));
const servers: Server[] = [];
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

async function served(names: string[], days?: number): Promise<string> {
  const server = createServer(await authority.sign(names, days), (_, response) => response.end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a handshake', () => {
  it('under the name of the host tells who signed and until when, and is trusted by the authority that is given', async () => {
    const url = await served([name], 30);
    const trusted = await shakeHands({ url, name, ca }, 5000);
    expect(trusted).toMatchObject({ why: null, protocol: 'http/1.1' });
    expect(Math.round((trusted.validToUnixMs - Date.now()) / 86_400_000)).toBe(30);
    const { why } = await shakeHands({ url, name, ca: null }, 5000);
    expect(english(why!)).toContain(`signed by ${trusted.issuer}, whom nobody here trusts`);
  });

  it.each([
    ['of another name', ['other.example.com'], undefined, `for other.example.com, not for ${name}`],
    ['that has expired', [name], -2, 'has expired'],
  ])('with a certificate %s says what does not hold', async (_, names, days, told) => {
    const { why } = await shakeHands({ url: await served(names, days), name, ca }, 5000);
    expect(english(why!)).toContain(told);
  });

  it('with what speaks no TLS fails', async () => {
    const url = (await served([name])).replace(/:\d+$/, ':1');
    await expect(shakeHands({ url, name, ca }, 5000)).rejects.toThrow(/ECONNREFUSED/);
  });
});

it('reads each certificate of a text, and refuses what holds none', () => {
  expect(certificatesIn(`# one\n${ca}\n${ca}`)).toHaveLength(2);
  for (const text of ['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
    expect(() => certificatesIn(text)).toThrow('validation.no-certificate');
});

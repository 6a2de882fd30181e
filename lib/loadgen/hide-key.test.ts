import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyHider } from './hide-key';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const hide = keyHider({ cert: '', key });

it.each([
  ['as it is', key],
  ['as JSON has it', JSON.stringify({ tlsAuth: [{ key }] })],
  ['broken off', key.slice(0, 120)],
  ['one line of it', key.split('\n')[1]!],
])('takes a key out of a text, %s', (_, text) => {
  const told = hide(`before ${text} after`);
  expect(told).toContain('[private key]');
  for (const line of key.split('\n').slice(1, 3)) expect(told).not.toContain(line);
});

it('leaves any other text as it is', () => {
  const text = 'GET /shop 200 -----BEGIN CERTIFICATE-----';
  expect(hide(text)).toBe(text);
});

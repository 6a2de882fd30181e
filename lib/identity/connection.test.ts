import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, isSignInRequired, noteConnections } from './connection';

describe('noteConnections', () => {
  let server: Server;
  let seen: Headers;
  beforeAll(async () => {
    noteConnections();
    server = createServer((request, response) => {
      seen = new Headers(request.headers as Record<string, string>);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  afterEach(() => {
    delete process.env.SCALETRACE_TRUST_PROXY;
  });
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers });

  it('overwrites what a client says of its own address', async () => {
    await ask({ 'x-scaletrace-peer': '9.9.9.9', 'x-scaletrace-outside': '1', 'x-forwarded-for': '8.8.8.8' });
    expect(addressOf(seen)).toBe('127.0.0.1');
    expect(isSignInRequired(seen)).toBe(false);
  });

  it('believes a proxy only where told to, and of it the nearest address', async () => {
    await ask({ 'x-forwarded-for': '9.9.9.9, 10.0.0.7' });
    expect(addressOf(seen)).toBe('127.0.0.1');
    process.env.SCALETRACE_TRUST_PROXY = '1';
    expect(addressOf(seen)).toBe('10.0.0.7');
  });
});

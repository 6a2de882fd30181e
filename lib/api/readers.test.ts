import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '@/lib/model/problem';
import { jsonResponse } from './made-once';
import { admitReader } from './readers';
import { dropStalledReaders } from './stalled-readers';
import { streamOf } from './stream';

afterEach(() => vi.unstubAllEnvs());

const refusalOf = (action: () => void): Problem => {
  try {
    action();
  } catch (error) {
    if (error instanceof Problem) return error as Problem;
  }
  throw new Error('was let in');
};

describe('how many may follow', () => {
  it('a run, and from one address, is limited; who leaves makes room', () => {
    vi.stubEnv('SCALETRACE_MAX_READERS', '3');
    vi.stubEnv('SCALETRACE_MAX_READERS_PER_ADDRESS', '2');
    const [ada, bob, more] = [new AbortController(), new AbortController(), new AbortController()];
    admitReader('run', 'a', ada.signal);
    admitReader('other run', 'a', more.signal);
    const here = refusalOf(() => admitReader('run', 'a', new AbortController().signal));
    expect([here.status, here.said.code]).toEqual([429, 'problems.too-many-readers-of-address']);
    expect(Number(here.headers['retry-after'])).toBeGreaterThan(0);
    admitReader('run', 'b', bob.signal);
    admitReader('run', 'c', bob.signal);
    const full = refusalOf(() => admitReader('run', 'd', new AbortController().signal));
    expect([full.status, full.said.code]).toEqual([503, 'problems.too-many-readers']);
    expect(Number(full.headers['retry-after'])).toBeGreaterThan(0);
    ada.abort();
    admitReader('run', 'a', bob.signal);
    bob.abort();
    more.abort();
  });
});

/** Numbers without an end, and how many were made. */
function numbers(): { items: AsyncIterable<number>; made: () => number } {
  let made = 0;
  return {
    made: () => made,
    items: {
      async *[Symbol.asyncIterator]() {
        for (;;) yield await Promise.resolve(made++);
      },
    },
  };
}

describe('a stream', () => {
  const frame = (n: number): Uint8Array => new TextEncoder().encode(`${n}\n`);

  it('makes no more than its reader takes', async () => {
    const { items, made } = numbers();
    const gone = new AbortController();
    const reader = streamOf(items, frame, gone).getReader();
    for (let i = 0; i < 3; i++) await reader.read();
    for (let i = 0; i < 50; i++) await Promise.resolve();
    expect(made()).toBeLessThanOrEqual(4 + 1);
    await reader.cancel();
    expect(gone.signal.aborted).toBe(true);
  });

  it('whose reader never reads ends, and so does what makes it', async () => {
    dropStalledReaders({ stream: 50, other: 600_000 });
    let left = (): void => {};
    const ended = new Promise<void>((resolve) => (left = resolve));
    const large = 'x'.repeat(4 * 2 ** 20);
    let written = 0;
    const server = createServer((_: IncomingMessage, response: ServerResponse) => {
      response.on('close', () => left());
      const goOn = (): void => {
        while (response.write(large)) written++;
        written++;
        response.once('drain', goOn);
      };
      goOn();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const request = get({ port, host: '127.0.0.1', path: '/api/runs/1/events?cursor=0' });
    request.on('error', () => undefined);
    request.on('response', (response) => response.on('error', () => undefined).pause());
    await ended;
    expect(written).toBeLessThan(20);
    server.close();
  });
});

describe('what is sent again', () => {
  it('is written once, says the same, and is left to Next to compress', async () => {
    let written = 0;
    const rows = Array.from({ length: 500 }, (_, i) => i);
    const value = { toJSON: () => ({ written: ++written, rows }) };
    for (let i = 0; i < 3; i++) {
      const answer = jsonResponse(value, { status: 200, headers: new Headers() });
      expect(answer.headers.get('content-encoding')).toBeNull();
      expect(await answer.json()).toEqual({ written: 1, rows });
    }
  });
});

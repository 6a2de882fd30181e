import { createServer, get, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { until } from '@/lib/runs/fake-run';
import { Turns } from './turns.mjs';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

interface Asked {
  path: string;
  status: number | null;
  leave: () => void;
}

/** A server whose answers are made by the test, and one who asks it. */
async function serverWith(limits: Partial<ConstructorParameters<typeof Turns>[0]>) {
  const turns = new Turns({ atOnce: 2, mostWaiting: 2, patienceMs: 60_000, longestMs: 60_000, ...limits });
  const begun: { path: string; response: ServerResponse }[] = [];
  const server = createServer((request, response) => {
    void turns.take(response).then((hasTurn) => {
      if (hasTurn) begun.push({ path: request.url ?? '', response });
      else if (!response.destroyed) response.writeHead(503).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const ask = (path: string): Asked => {
    const request = get({ host: '127.0.0.1', port, path, agent: false });
    const asked: Asked = { path, status: null, leave: () => request.destroy() };
    request.on('response', (response) => {
      asked.status = response.statusCode ?? null;
      response.resume();
    });
    request.on('error', () => undefined);
    return asked;
  };
  const paths = (): string[] => begun.map(({ path }) => path);
  return { ask, begun, paths };
}

it('so many are made at a time; the others follow in the order in which they asked', async () => {
  const { ask, begun, paths } = await serverWith({});
  for (const [i, path] of ['/1', '/2'].entries()) {
    ask(path);
    await until(() => begun.length === i + 1);
  }
  const third = ask('/3');
  // An answer that has begun has had its turn, however long it goes on.
  begun[0]!.response.write('begins');
  await until(() => begun.length === 3);
  const [fourth, fifth] = [ask('/4'), ask('/5')];
  const statuses = (): (number | null)[] => [third, fourth, fifth].map(({ status }) => status);
  const sixth = await until(() => {
    const more = ask('/6');
    return new Promise<Asked | false>((resolve) =>
      setTimeout(() => resolve(more.status === 503 && more), 20),
    );
  });
  expect(sixth.status).toBe(503);
  expect(paths().slice(0, 3)).toEqual(['/1', '/2', '/3']);
  begun[1]!.response.end();
  begun[2]!.response.end();
  await until(() => begun.length === 5);
  begun[3]!.response.end();
  begun[4]!.response.end();
  await until(() => statuses().every((status) => status !== null));
});

it('who leaves, and who takes too long, gives the turn on', async () => {
  const { ask, begun } = await serverWith({ atOnce: 1, longestMs: 50 });
  const first = ask('/leaves');
  await until(() => begun.length === 1);
  first.leave();
  ask('/stays');
  await until(() => begun.length === 2);
  ask('/after');
  await until(() => begun.length === 3);
});

it('who has waited too long is refused', async () => {
  const { ask, begun } = await serverWith({ atOnce: 1, patienceMs: 20 });
  ask('/1');
  await until(() => begun.length === 1);
  const late = ask('/2');
  await until(() => late.status === 503);
  expect(begun.length).toBe(1);
});

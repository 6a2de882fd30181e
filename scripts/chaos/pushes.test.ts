import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { PushKeeper } from './pushes';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

const nothing = { series: [], points: [] };

async function keeperBefore(
  answer: RequestListener,
): Promise<{ keeper: PushKeeper; push: () => Promise<number> }> {
  const dashboard = createServer(answer);
  await new Promise<void>((resolve) => dashboard.listen(0, '127.0.0.1', resolve));
  const keeper = new PushKeeper(`http://127.0.0.1:${(dashboard.address() as AddressInfo).port}`);
  const address = await keeper.listen();
  ends.push(
    () => keeper.close(),
    () => dashboard.close(),
  );
  // An empty snappy block: a push of no series.
  const push = async (): Promise<number> =>
    (await fetch(`${address}/api/ingest/a-run`, { method: 'POST', body: new Uint8Array([0]) })).status;
  return { keeper, push };
}

test('a finished run of which nothing was pushed is no proof', () => {
  const keeper = new PushKeeper('http://127.0.0.1:1');
  ends.push(() => keeper.close());
  expect(keeper.missing('a-run', 'finished', nothing)).toHaveLength(1);
  expect(keeper.missing('a-run', 'interrupted', nothing)).toEqual([]);
});

test('nor is one whose pushes were all refused', async () => {
  const { keeper, push } = await keeperBefore((_request, response) => response.writeHead(403).end());
  expect(await push()).toBe(403);
  expect(keeper.missing('a-run', 'finished', nothing)).toHaveLength(1);
});

test('an acknowledged push that is not stored is lost', async () => {
  const { keeper, push } = await keeperBefore((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  expect(await push()).toBe(204);
  await expect
    .poll(() => keeper.missing('a-run', 'finished', nothing))
    .toEqual([expect.stringContaining('acknowledged pushes are lost')]);
});

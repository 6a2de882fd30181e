import { expect, it } from 'vitest';
import { Problem } from '@/lib/model/problem';
import { runInThread, type ThreadWork } from './run-in-thread';
import { Slots } from './slots';
import { type Trial } from './trial-thread';

const { signal: never } = new AbortController();

function run(trial: Trial, more: Partial<ThreadWork> = {}): AsyncGenerator<number> {
  return runInThread<number>({
    file: 'lib/threads/trial-thread.ts',
    input: () => ({ data: trial }),
    slots: new Slots(1, 0),
    signal: never,
    bounds: { seconds: 60, heapMebibytes: 64 },
    ...more,
  });
}

async function all(values: AsyncGenerator<number>): Promise<number[]> {
  const taken: number[] = [];
  for await (const value of values) taken.push(value);
  return taken;
}

const failure = (values: AsyncGenerator<number>): Promise<unknown> =>
  all(values).then(
    () => null,
    (error: unknown) => error,
  );

/** Bytes for ever, or a number of them. */
function bytes(most: number): { stream: ReadableStream<Uint8Array>; read: () => number } {
  let read = 0;
  return {
    read: () => read,
    stream: new ReadableStream({
      pull(controller) {
        if (read >= most) return controller.close();
        read += 1000;
        controller.enqueue(new Uint8Array(1000));
      },
    }),
  };
}

it('gives values as they are taken, and no more', async () => {
  expect(await all(run({ does: 'count', to: 3 }))).toEqual([1, 2, 3]);
  const values = run({ does: 'count', to: Infinity });
  expect((await values.next()).value).toBe(1);
  expect((await values.next()).value).toBe(2);
  await values.return(undefined);
  expect((await values.next()).done).toBe(true);
});

it('feeds a stream, and reads to its end what the thread leaves', async () => {
  expect(await all(run({ does: 'sum the bytes' }, { source: bytes(100_000).stream }))).toEqual([100_000]);
  const { stream, read } = bytes(50_000);
  const error = await failure(run({ does: 'sum the bytes', stopAfter: 3000 }, { source: stream }));
  expect(error).toMatchObject({ errors: [{ path: 'file', line: 7 }] });
  expect(read()).toBe(50_000);
});

it('passes on what a thread refuses as the Problem that it is, and what it fails with', async () => {
  const refused = await failure(run({ does: 'refuse' }));
  expect(refused).toBeInstanceOf(Problem);
  expect(refused).toMatchObject({
    status: 418,
    said: { code: 'problems.thread-memory', data: { mebibytes: 1 } },
  });
  const failed = await failure(run({ does: 'fail' }));
  expect(failed).not.toBeInstanceOf(Problem);
  expect(failed).toMatchObject({ message: 'inside' });
});

it('ends a thread that takes too much memory or time: this process lives on', async () => {
  expect(await failure(run({ does: 'fill the memory' }))).toMatchObject({
    status: 422,
    said: { code: 'problems.thread-memory', data: { mebibytes: 64 } },
  });
  const bounds = { seconds: 0.5, heapMebibytes: 64 };
  for (const does of ['run for ever', 'wait for ever'] as const)
    expect(await failure(run({ does }, { bounds })), does).toMatchObject({
      status: 422,
      said: { code: 'problems.thread-time', data: { seconds: 0.5 } },
    });
});

it('ends a thread with its signal', async () => {
  const leave = new AbortController();
  const slots = new Slots(1, 0);
  const ended = failure(run({ does: 'run for ever' }, { signal: leave.signal, slots }));
  setTimeout(() => leave.abort(new Error('left')), 200);
  expect(await ended).toMatchObject({ message: 'left' });
  // Its place is free again.
  expect(await all(run({ does: 'count', to: 1 }, { slots }))).toEqual([1]);
});

it('has so many threads at once, lets others wait, and refuses who would wait too long', async () => {
  const slots = new Slots(1, 1);
  const first = run({ does: 'count', to: 2 }, { slots });
  await first.next();
  const leave = new AbortController();
  const left = failure(run({ does: 'count', to: 1 }, { slots, signal: leave.signal }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await failure(run({ does: 'count', to: 1 }, { slots }))).toMatchObject({
    status: 429,
    headers: { 'retry-after': '5' },
  });
  leave.abort(new Error('left'));
  expect(await left).toMatchObject({ message: 'left' });
  const second = all(run({ does: 'count', to: 1 }, { slots }));
  expect(await all(first)).toEqual([2]);
  expect(await second).toEqual([1]);
});

import { Worker, type MessagePort } from 'node:worker_threads';
import { Problem } from '@/lib/model/problem';
import { problemOf, type FromThread, type ToThread } from './protocol';
import { type Slots } from './slots';
import { threadCode } from './thread-code';

export interface ThreadWork {
  /** The thread's file under the project's root, which calls `inThread`. */
  file: string;
  /** Plain data, with the ports in it; asked for when the thread begins, which may be after others. */
  input: () => { data: unknown; ports?: MessagePort[] };
  /** Bytes that the thread reads; what it leaves is read to its end and dropped. */
  source?: ReadableStream<Uint8Array>;
  slots: Slots;
  /** Its end ends the thread. */
  signal: AbortSignal;
  /** Of its time and its memory (V8's heap; arrays of bytes lie beside it). */
  bounds: { seconds: number; heapMebibytes: number };
}

/**
 * Does work in a thread of its own and gives its values as they are taken. Throws the thread's Problem, or one that says
 * that it took more time or memory than it may have; the process lives on. Leaving the loop, or the signal, ends the
 * thread.
 */
export async function* runInThread<T>(work: ThreadWork): AsyncGenerator<T> {
  const { file, input, signal, bounds } = work;
  const code = await threadCode(file);
  const giveBack = await work.slots.take(signal);
  const reader = work.source?.getReader();
  const { data, ports = [] } = input();
  const worker = new Worker(code, {
    eval: true,
    workerData: data,
    transferList: ports,
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: bounds.heapMebibytes,
      maxYoungGenerationSizeMb: 32,
    },
  });
  const tell = (said: ToThread, transfer: ArrayBuffer[] = []): void => worker.postMessage(said, transfer);
  let settle: (said: IteratorResult<T> | Error) => void = () => undefined;
  let ended: Error | null = null;
  const fail = (error: Error): void => settle((ended ??= error));
  worker.on('message', (said: FromThread) => {
    if ('value' in said) settle({ done: false, value: said.value as T });
    else if ('done' in said) settle({ done: true, value: undefined });
    else if ('want' in said) void feed(reader, tell);
    else fail(problemOf(said.refused));
  });
  worker.once('error', (error: Error & { code?: string }) =>
    fail(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? new Problem('problems.thread-memory', { mebibytes: bounds.heapMebibytes })
        : error,
    ),
  );
  worker.once('exit', () => fail(new Error(`The thread of ${file} has ended.`)));
  const abort = (): void => fail(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(
    () => fail(new Problem('problems.thread-time', { seconds: bounds.seconds })),
    bounds.seconds * 1000,
  );
  try {
    if (signal.aborted) abort();
    for (;;) {
      const said = await new Promise<IteratorResult<T> | Error>((resolve) => {
        settle = resolve;
        if (ended) resolve(ended);
        else tell({ next: true });
      });
      if (said instanceof Error) throw said;
      if (said.done) return;
      yield said.value;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    settle = () => undefined;
    await worker.terminate();
    giveBack();
    // Node fails outside of any handler when a request's body is given up, and a browser hears of a refusal only after.
    if (reader) await drain(reader);
  }
}

async function feed(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  tell: (said: ToThread, transfer?: ArrayBuffer[]) => void,
): Promise<void> {
  try {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return tell({ end: true });
    // A copy: who else reads the bytes, or has others in the same buffer, is not known.
    const chunk = value.slice();
    tell({ chunk }, [chunk.buffer]);
  } catch (error) {
    tell({ broken: error instanceof Error ? error.message : String(error) });
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    for (let done = false; !done;) ({ done } = await reader.read());
  } catch {
    // Who sent it is gone.
  }
}

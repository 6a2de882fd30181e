import { join } from 'node:path';
import { isMainThread, MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { DriverAdapterError, type Error as DriverError } from '@prisma/driver-adapter-utils';
import { projectRoot } from '@/lib/environment/paths';
import { CodedError, message } from '@/lib/model/message';
import { endNative, newFlags } from './native-calls.mjs';
import { timeQuery } from './query-times';

/** Longer than a lock is waited for. */
const endPatienceMs = 6000;

/** What is shared with each thread that lives, to be ended by `endNative`. */
const alive = new Map<Worker, Int32Array>();

/** A thread with one connection to a file; it ends with its `DatabaseThread`, or with the process. */
export function newThread(url: string, pragmas: string[]): Worker {
  // One that another thread made would end with it at any moment, and might take the process along.
  if (!isMainThread) throw new Error('The threads of a database are made by the main thread.');
  const path = join(/* turbopackIgnore: true */ projectRoot(), 'lib/store/database-thread.mjs');
  const flags = newFlags();
  const thread = new Worker(/* turbopackIgnore: true */ path, {
    workerData: { url, pragmas, flags },
    execArgv: [],
    // What it makes is handed on at once.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  if (alive.size === 0) process.on('exit', endAllNative);
  alive.set(thread, flags);
  return thread.once('exit', () => {
    alive.delete(thread);
    if (alive.size === 0) process.off('exit', endAllNative);
  });
}

/** A process that ends, for whatever reason, ends its threads. */
function endAllNative(): void {
  for (const flags of alive.values()) endNative(flags, endPatienceMs);
}

interface Answer {
  id: number;
  value?: unknown;
  error?: { message: string; cause?: DriverError };
}

/** One thread with one connection; it answers in the order in which it is asked. */
export class DatabaseThread {
  private readonly waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void; noteTime: () => void }
  >();
  private lastId = 0;
  private ended: Error | null = null;

  /** `thread`: the thread itself, which ends with this, or a port to one, which is closed. */
  constructor(
    private readonly thread: Worker | MessagePort,
    private readonly kind: 'read' | 'write',
  ) {
    const ended = (): void => this.abandon(new CodedError(message('reasons.database-thread-ended')));
    thread.on('message', (answer: Answer) => this.take(answer));
    if (thread instanceof Worker) thread.on('error', (error) => this.abandon(error)).on('exit', ended);
    else thread.on('close', ended);
    thread.unref();
  }

  call<T>(method: string, argument: unknown, transaction: number | null = null): Promise<T> {
    if (this.ended) return Promise.reject(this.ended);
    const id = ++this.lastId;
    const noteTime = timeQuery(this.kind);
    return new Promise((resolve, reject) => {
      // Who waits for an answer keeps the process alive; an idle thread does not.
      if (this.waiting.size === 0) this.thread.ref();
      this.waiting.set(id, { resolve, reject, noteTime });
      this.thread.postMessage({ id, transaction, method, argument });
    });
  }

  get isIdle(): boolean {
    return this.waiting.size === 0;
  }

  /** A port to the same thread; `only`: the thread ends when it is closed. */
  share(only = false): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.thread.postMessage({ port: port1, only }, [port1]);
    return port2;
  }

  async end(): Promise<void> {
    if (!(this.thread instanceof Worker)) return this.thread.close();
    await this.call('dispose', null).catch(() => undefined);
    const flags = alive.get(this.thread);
    if (flags) endNative(flags, endPatienceMs);
    await this.thread.terminate();
  }

  private take({ id, value, error }: Answer): void {
    const asked = this.waiting.get(id);
    if (!asked) return;
    this.waiting.delete(id);
    asked.noteTime();
    if (this.waiting.size === 0) this.thread.unref();
    if (!error) asked.resolve(value as never);
    else asked.reject(error.cause?.kind ? new DriverAdapterError(error.cause) : new Error(error.message));
  }

  private abandon(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

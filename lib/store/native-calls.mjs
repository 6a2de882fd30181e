// A thread that is ended while it is in libSQL's native code takes the whole process along: what native code makes then is
// refused, and it aborts (SIGABRT). So a database's thread says when it is in there, and whoever ends it waits until it is
// out and keeps it from going in again.

const busy = 0;
const ending = 1;
const never = 2;

/** What a thread and who ends it share. */
export const newFlags = () => new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));

/**
 * In the database's thread: does what is native. Once the thread is being ended nothing begins any more.
 * @template T @param {Int32Array} flags @param {() => T} action @returns {T}
 */
export function native(flags, action) {
  Atomics.store(flags, busy, 1);
  try {
    if (Atomics.load(flags, ending) === 0) return action();
  } finally {
    Atomics.store(flags, busy, 0);
    Atomics.notify(flags, busy);
  }
  // It is ended from outside while it stands here.
  Atomics.wait(flags, never, 0);
  throw new Error('The thread is being ended.');
}

/**
 * In the thread that ends it, before it does: returns once nothing native is under way and none can begin, at the latest
 * after `patienceMs`.
 * @param {Int32Array} flags @param {number} patienceMs
 */
export function endNative(flags, patienceMs) {
  Atomics.store(flags, ending, 1);
  if (Atomics.load(flags, busy) === 1) Atomics.wait(flags, busy, 1, patienceMs);
}

import { steadyNow } from '@/lib/environment/steady-clock';
import { DatabaseUnwritable } from '@/lib/store/database-state';

/** More waits already than may be kept in memory: this was not taken. */
export class QueueFull extends Error {
  override name = 'QueueFull';
}

interface Entry {
  write(): Promise<unknown>;
  bytes: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Writes to the database one after another, in the order in which they came. While the database cannot be written, the
 * first is tried again and again, and the others wait behind it in memory, within a bound. What fails for another reason
 * holds nobody up.
 */
export class WriteQueue {
  /** Since when (by the steady clock) the first that waits cannot be written; null where none waits for that. */
  failing: { sinceMs: number; error: DatabaseUnwritable } | null = null;
  private readonly entries: Entry[] = [];
  private bytes = 0;
  private running = false;

  /**
   * `maxBytes`: how much may wait. `retryMs`: the pause before the first is tried again; the database itself waits for a
   * lock besides. `onFailing`: called when it begins and ends.
   */
  constructor(
    private readonly limits: { maxBytes: number; retryMs: number },
    private readonly onFailing: () => void = () => {},
  ) {}

  /**
   * Puts a write at the end and gives what it gives. Rejects with QueueFull where `bytes`, about what it keeps in memory
   * while it waits, are too many; with what `write` throws where that is no DatabaseUnwritable. 0 bytes are always taken.
   */
  add<T>(write: () => Promise<T>, bytes = 0): Promise<T> {
    if (bytes > 0 && this.bytes + bytes > this.limits.maxBytes)
      return Promise.reject(new QueueFull('more waits to be stored than is kept in memory'));
    this.bytes += bytes;
    return new Promise<T>((resolve, reject) => {
      this.entries.push({ write, bytes, resolve, reject });
      void this.run();
    });
  }

  /** Resolves when all that was added up to now is stored, or has failed for good. */
  async flush(): Promise<void> {
    await this.add(() => Promise.resolve());
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let first = this.entries[0]; first; first = this.entries[0]) {
      try {
        const value = await first.write();
        this.take(first);
        first.resolve(value);
      } catch (error) {
        const unwritable = unwritableOf(error);
        if (unwritable) {
          this.note({ sinceMs: this.failing?.sinceMs ?? steadyNow(), error: unwritable });
          await new Promise((resolve) => setTimeout(resolve, this.limits.retryMs));
        } else {
          this.take(first);
          first.reject(error);
        }
      }
    }
    this.running = false;
  }

  private take(entry: Entry): void {
    this.entries.shift();
    this.bytes -= entry.bytes;
    this.note(null);
  }

  private note(failing: WriteQueue['failing']): void {
    const changed = (failing === null) !== (this.failing === null);
    this.failing = failing;
    if (changed) this.onFailing();
  }
}

/** Prisma's own limit on a transaction's time means the same: nothing was changed, and others hold the writer up. */
function unwritableOf(error: unknown): DatabaseUnwritable | null {
  if (error instanceof DatabaseUnwritable) return error;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: string };
  return code === 'P2028' ? new DatabaseUnwritable('locked', message ?? '') : null;
}

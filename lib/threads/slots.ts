import { Problem } from '@/lib/model/problem';

/** Places that so many may have at once; who comes after waits in line. */
export class Slots {
  private taken = 0;
  private readonly line: (() => void)[] = [];

  constructor(
    private readonly most: number,
    private readonly mostWaiting: number,
  ) {}

  /** Resolves with what gives the place back. Throws a Problem where too many wait already, the signal's reason once it aborts. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.taken < this.most) this.taken++;
    else {
      if (this.line.length >= this.mostWaiting)
        throw new Problem('problems.threads-busy', {}, { headers: { 'retry-after': '5' } });
      await this.turn(signal);
    }
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.line.shift();
      if (next) next();
      else this.taken--;
    };
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const come = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.line.splice(this.line.indexOf(come), 1);
        reject(signal.reason as Error);
      };
      this.line.push(come);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

import { type ServerResponse } from 'node:http';
import { type FaultSwitch } from './fault-switch';

/** A watch's answer, whose bytes the fault `stallWatchMs` holds back. */
export class HeldBack {
  private held: string[] | null;
  private ending = false;
  private readonly stop: () => void;

  constructor(
    private readonly response: ServerResponse,
    faults: FaultSwitch,
  ) {
    this.held = faults.stalled ? [] : null;
    this.stop = faults.onStall((stalled) => (stalled ? (this.held ??= []) : this.release()));
  }

  write(text: string): void {
    if (this.held) this.held.push(text);
    else this.response.write(text);
  }

  end(): void {
    this.ending = true;
    if (!this.held) this.response.end();
  }

  /** Nobody listens any more. */
  close(): void {
    this.stop();
    this.held = null;
  }

  private release(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const text of held) this.response.write(text);
    if (this.ending) this.response.end();
  }
}

/**
 * How long requests were in flight in each second, added up. What a request costs does not grow with its length: of the
 * seconds that it fills whole, only the first and the one after the last are noted.
 */
export class BusyTime {
  private readonly parts = new Map<number, number>();
  private readonly turns = new Map<number, number>();

  /** A request from `startMs` to `endMs` (Unix ms, or of any zero). Nothing where it ends before it starts. */
  add(startMs: number, endMs: number): void {
    if (!(endMs > startMs)) return;
    const first = Math.floor(startMs / 1000);
    const last = Math.floor(endMs / 1000);
    if (first === last) return this.note(this.parts, first, endMs - startMs);
    this.note(this.parts, first, (first + 1) * 1000 - startMs);
    this.note(this.parts, last, endMs - last * 1000);
    if (last - first < 2) return;
    this.note(this.turns, first + 1, 1);
    this.note(this.turns, last, -1);
  }

  /** By the end of each second (whole seconds of the zero) in which anything was in flight, in order. */
  seconds(): { second: number; busyMs: number }[] {
    const marks = [...new Set([...this.parts.keys(), ...this.turns.keys()])].sort((a, b) => a - b);
    const seconds: { second: number; busyMs: number }[] = [];
    let whole = 0;
    for (const [i, mark] of marks.entries()) {
      whole += this.turns.get(mark) ?? 0;
      const until = whole > 0 ? (marks[i + 1] ?? mark + 1) : mark + 1;
      for (let at = mark; at < until; at++) {
        const busyMs = whole * 1000 + (at === mark ? (this.parts.get(mark) ?? 0) : 0);
        if (busyMs > 0) seconds.push({ second: at + 1, busyMs });
      }
    }
    return seconds;
  }

  private note(map: Map<number, number>, at: number, more: number): void {
    map.set(at, (map.get(at) ?? 0) + more);
  }
}

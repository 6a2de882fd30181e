export type Line = Record<string, unknown>;

/** A number of a vector; absent is 0, as the format says. */
export function num(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Collects what differs, in words. */
export class Differences {
  readonly found: string[] = [];

  add(text: string): void {
    this.found.push(text);
  }

  same(what: string, ours: unknown, theirs: unknown): void {
    if (!Object.is(ours, theirs) && !(ours === 0 && theirs === 0)) this.add(`${what}: ${JSON.stringify(ours)}, expected ${JSON.stringify(theirs)}`);
  }

  /** Equal within a relative tolerance; 0: exactly. */
  near(what: string, ours: number, theirs: number, relative: number): void {
    if (ours !== theirs && !(Math.abs(ours - theirs) <= relative * Math.abs(theirs))) this.add(`${what}: ${ours}, expected ${theirs}`);
  }

  fields(what: string, ours: Line, theirs: Line): void {
    for (const key of Object.keys(theirs)) this.same(`${what}.${key}`, ours[key], theirs[key]);
  }
}

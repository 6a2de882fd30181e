import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One line of a vector file: an object, its fields looked at where they are used. */
export type Line = Record<string, unknown>;

export function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parsed lines of a vector file, plain or gzipped (`.gz`); throws with the line that is no JSON. */
export function readLines(file: string): unknown[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (error) {
      throw new Error(`line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

/** A number of a vector; absent is 0, as the format says. */
export function num(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value !== 'number') throw new Error(`${JSON.stringify(value)} stands where a number belongs`);
  return value;
}

/** An object of texts, such as annotations; absent is empty. */
export function textMap(value: unknown): Record<string, string> {
  if (!isLine(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

/** Collects what differs, in words. */
export class Differences {
  readonly found: string[] = [];

  add(text: string): void {
    this.found.push(text);
  }

  same(what: string, ours: unknown, expected: unknown): void {
    if (ours !== expected) this.add(`${what}: ${JSON.stringify(ours)}, expected ${JSON.stringify(expected)}`);
  }

  /** Equal within a relative tolerance; 0: exactly. */
  near(what: string, ours: number, expected: number, relative: number): void {
    if (ours !== expected && !(Math.abs(ours - expected) <= relative * Math.abs(expected)))
      this.add(`${what}: ${ours}, expected ${expected}`);
  }

  /** Each field of `expected`. */
  fields(what: string, ours: Line, expected: Line): void {
    for (const [key, value] of Object.entries(expected)) this.same(`${what}.${key}`, ours[key], value);
  }
}

import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { replayHpaSync, replayHpaTrace } from './hpa';
import { replayKpaTrace } from './kpa-trace';
import { kpaUnits } from './kpa-unit';
import { isLine, type Line, readLines } from './lines';

const sets = ['kpa', 'kpa-unit', 'hpa', 'hpa-unit'] as const;
type VectorSet = (typeof sets)[number];
const shownDifferences = 5;

const traces: Partial<Record<VectorSet, (lines: Line[]) => string[]>> = {
  kpa: replayKpaTrace,
  hpa: replayHpaTrace,
};
const units: Partial<Record<VectorSet, Record<string, (value: unknown) => string[]>>> = {
  'kpa-unit': kpaUnits,
  'hpa-unit': { 'single-sync.json': replayHpaSync },
};

/** One thing replayed: a trace file, or one line of a unit file. */
export interface Replayed {
  name: string;
  /** What differs, in words; empty: it passed. */
  differences: string[];
}

/**
 * Replays every vector file under each directory, each file once: the directory may be a set itself (`kpa`, `kpa-unit`,
 * `hpa`, `hpa-unit`), lie inside one, or have them anywhere below. Files may be gzipped. A directory without vectors, a file that cannot be
 * read and a file of no known kind are failures.
 */
export function* replayDirectories(directories: readonly string[]): Generator<Replayed> {
  const seen = new Set<string>();
  for (const directory of directories) {
    let files: string[];
    try {
      files = vectorFiles(resolve(directory), setAround(resolve(directory)) !== null);
    } catch (error) {
      yield { name: directory, differences: [`cannot be read: ${messageOf(error)}`] };
      continue;
    }
    if (files.length === 0)
      yield {
        name: directory,
        differences: [`has no vectors: no .json or .json.gz file in a folder named ${sets.join(', ')}`],
      };
    for (const file of files) {
      if (seen.has(file)) continue;
      seen.add(file);
      yield* replayFile(file);
    }
  }
}

/** Prints the first differences of what fails and returns the counts. */
export function printReplay(
  replayed: Iterable<Replayed>,
  print: (text: string) => void,
): { passed: number; failed: number } {
  let passed = 0;
  let failed = 0;
  for (const { name, differences } of replayed) {
    if (differences.length === 0) {
      passed++;
      continue;
    }
    failed++;
    print(`${name}: ${differences.length} difference${differences.length === 1 ? '' : 's'}`);
    for (const difference of differences.slice(0, shownDifferences)) print(`  ${difference}`);
  }
  return { passed, failed };
}

function* replayFile(file: string): Generator<Replayed> {
  const set = setAround(file);
  let lines: unknown[];
  try {
    lines = readLines(file);
  } catch (error) {
    yield { name: file, differences: [`cannot be read: ${messageOf(error)}`] };
    return;
  }
  const trace = set && traces[set];
  const unit = set && units[set]?.[basename(file, '.gz')];
  if (lines.length === 0) yield { name: file, differences: ['is empty'] };
  else if (trace)
    yield {
      name: file,
      differences: lines.every(isLine) ? guarded(() => trace(lines)) : ['has lines that are no objects'],
    };
  else if (unit)
    for (const [index, line] of lines.entries())
      yield { name: `${file}:${index + 1}`, differences: guarded(() => unit(line)) };
  else
    yield {
      name: file,
      differences: [`is of no known kind: ${set} has ${Object.keys((set && units[set]) ?? {}).join(', ')}`],
    };
}

function guarded(replay: () => string[]): string[] {
  try {
    return replay();
  } catch (error) {
    return [`cannot be replayed: ${messageOf(error)}`];
  }
}

/** The set that a path belongs to: its nearest folder of that name. */
function setAround(path: string): VectorSet | null {
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    const found = sets.find((set) => set === basename(at));
    if (found) return found;
  }
  return null;
}

function vectorFiles(path: string, insideSet: boolean): string[] {
  if (statSync(path).isFile()) return insideSet && /\.json(\.gz)?$/.test(path) ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => vectorFiles(join(path, name), insideSet || sets.some((set) => set === name)));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

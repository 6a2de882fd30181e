import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { replayHpaSync, replayHpaTrace } from './hpa';
import { replayKpaTrace } from './kpa-trace';
import { kpaUnits } from './kpa-unit';
import { type Line } from './lines';

const sets = ['kpa', 'kpa-unit', 'hpa', 'hpa-unit'];
const shownDifferences = 3;

/**
 * Replays every vector file under each folder: a folder with the sets below it, or one set itself. A trace file counts
 * as one, a unit file by its lines. A folder without vectors is a failure.
 */
export function replayDirectories(directories: string[], log: (text: string) => void): { passed: number; failed: number } {
  let passed = 0;
  let failed = 0;
  const take = (name: string, replay: () => string[]): void => {
    let differences: string[];
    try {
      differences = replay();
    } catch (error) {
      differences = [`cannot be replayed: ${error instanceof Error ? error.message : String(error)}`];
    }
    if (differences.length === 0) {
      passed++;
      return;
    }
    failed++;
    log(`✗ ${name}: ${differences.length} differences`);
    for (const text of differences.slice(0, shownDifferences)) log(`    ${text}`);
  };
  for (const directory of directories) {
    const files = findSets(directory).flatMap(({ set, folder }) => readdirSync(folder).filter((f) => f.endsWith('.json')).sort().map((file) => ({ set, path: join(folder, file) })));
    if (files.length === 0) {
      failed++;
      log(`✗ ${directory}: no vectors there (looked for ${sets.join(', ')} with .json files)`);
    }
    for (const { set, path } of files) {
      const lines = () => readFileSync(path, 'utf8').split('\n').filter((l) => l.trim() !== '').map((l) => JSON.parse(l) as Line);
      if (set === 'kpa') take(path, () => replayKpaTrace(lines()));
      else if (set === 'hpa') take(path, () => replayHpaTrace(lines()));
      else {
        const unit = set === 'hpa-unit' ? replayHpaSync : kpaUnits[basename(path)];
        let cases: Line[] = [];
        take(`${path} (file)`, () => {
          cases = lines();
          return unit ? (cases.length > 0 ? [] : ['is empty']) : ['is of no known kind'];
        });
        passed -= cases.length > 0 && unit ? 1 : 0;
        if (unit) cases.forEach((line, i) => take(`${path}:${i + 1}`, () => unit(line)));
      }
    }
  }
  return { passed, failed };
}

function findSets(directory: string): { set: string; folder: string }[] {
  if (!existsSync(directory)) return [];
  const own = basename(join(directory, '.'));
  if (sets.includes(own)) return [{ set: own, folder: directory }];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => findSets(join(directory, entry.name)));
}

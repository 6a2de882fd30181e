/** `npm run --silent vectors -- DIR [DIR…]`: replays golden vectors; its last line is `N passed, N failed`. */
import { printReplay, replayDirectories } from './vectors/replay';

const directories = process.argv.slice(2);
if (directories.length === 0) {
  console.error(
    'usage: npm run --silent vectors -- DIR [DIR…]   (folders with kpa, kpa-unit, hpa or hpa-unit in them)',
  );
  process.exit(2);
}
const { passed, failed } = printReplay(replayDirectories(directories), console.log);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

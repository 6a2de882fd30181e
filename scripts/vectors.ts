/** `npm run --silent vectors -- DIR [DIR…]`: replays golden vectors; last line `N passed, N failed`. */
import { replayDirectories } from './vectors/replay';

const directories = process.argv.slice(2);
if (directories.length === 0) {
  console.error('usage: npm run --silent vectors -- DIR [DIR…]   (folders with kpa, kpa-unit, hpa, hpa-unit)');
  process.exit(2);
}
const { passed, failed } = replayDirectories(directories, console.log);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

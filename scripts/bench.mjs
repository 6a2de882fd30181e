import { findChromium } from './setup/chromium.mjs';
import { buildDashboard, setup } from './setup/setup.mjs';
import { launch, typescript } from './setup/launch.mjs';

const bench = process.argv[2] ?? '';
const { k6Path } = await setup();
if (['overhead', 'pages', 'fidelity'].includes(bench)) buildDashboard();
const chromium = bench === 'pages' ? await findChromium(console.log) : null;
launch([...typescript, 'scripts/bench/main.ts', ...process.argv.slice(2)], {
  ...(k6Path ? { K6_BIN: k6Path } : {}),
  ...(chromium ? { SCALETRACE_CHROMIUM: chromium } : {}),
});

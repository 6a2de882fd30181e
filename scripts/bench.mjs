import { buildDashboard, setup } from './setup/setup.mjs';
import { launch, typescript } from './setup/launch.mjs';

const { k6Path } = await setup();
if (['overhead', 'pages', 'fidelity'].includes(process.argv[2] ?? '')) buildDashboard();
launch([...typescript, 'scripts/bench/main.ts', ...process.argv.slice(2)], k6Path ? { K6_BIN: k6Path } : {});

import { buildDashboard, setup } from './setup/setup.mjs';
import { launch, typescript } from './setup/launch.mjs';

const { k6Path } = await setup();
buildDashboard();
launch(
  [...typescript, 'scripts/serve.ts', 'start', ...process.argv.slice(2)],
  k6Path ? { K6_BIN: k6Path } : {},
);

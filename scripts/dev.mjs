import { setup } from './setup/setup.mjs';
import { launch, typescript } from './setup/launch.mjs';

const { k6Path } = await setup();
launch(
  [...typescript, 'scripts/serve.ts', 'dev', ...process.argv.slice(2)],
  k6Path ? { K6_BIN: k6Path } : {},
);

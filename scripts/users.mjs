import { setup } from './setup/setup.mjs';
import { launch, typescript } from './setup/launch.mjs';

await setup({ k6: false });
launch([...typescript, 'cli/users.ts', ...process.argv.slice(2)]);

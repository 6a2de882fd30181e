import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { projectRoot } from '@/lib/environment/paths';

it('the whole API answers 500 requests, expected and not, without a fault', () => {
  const env: NodeJS.ProcessEnv = { ...process.env };
  // A build of the tests' kind would be another.
  for (const inherited of ['NODE_ENV']) delete env[inherited];
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['run', '--silent', 'fuzz', '--', 'api', '--cases', '500', '--seed', '20261127'],
    { cwd: projectRoot(), encoding: 'utf8', env },
  );
  expect(stdout + stderr).toContain('\n0 faults\n');
  expect(status).toBe(0);
});

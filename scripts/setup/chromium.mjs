// Finds a Chromium for the browser tests: SCALETRACE_CHROMIUM, Playwright's own, the system's. When there is none it is
// installed: the distribution's on Debian as root, elsewhere Playwright's own into the user's cache.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, root } from './setup.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function onPath() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}

/**
 * @param {(text: string) => void} log
 * @returns {Promise<string>} the path of the browser
 */
export async function findChromium(log) {
  const named = process.env.SCALETRACE_CHROMIUM;
  if (named)
    return existsSync(named) ? named : fail(`SCALETRACE_CHROMIUM names ${named}, which is not there.`);
  const { chromium } = await import('@playwright/test');
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  const found = onPath();
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    log('· installing Debian’s chromium for the browser tests …');
    const quiet = /** @type {const} */ ({
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    spawnSync('apt-get', ['update'], quiet);
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], quiet);
    const installed = onPath();
    if (installed) return installed;
  }
  log('· downloading Chromium for the browser tests …');
  spawnSync(process.execPath, [join(root, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium'], {
    stdio: 'ignore',
    // A closed network must not hold anyone up.
    env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '8000' },
    timeout: 300_000,
  });
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  return fail(
    'The browser tests need Chromium: run `npx playwright install chromium`, or `apt-get install chromium` on Debian, or set SCALETRACE_CHROMIUM to a browser.',
  );
}

import { variable } from '@/lib/environment/environment';

/** How Debian's Chromium is started without a screen: tests, pictures and measurements see the same browser. */
export const chromiumOptions = {
  executablePath: variable('SCALETRACE_CHROMIUM') ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Only loopback is asked, also by names of the lab's, which a proxy of the machine's environment would not know.
    '--no-proxy-server',
  ],
};

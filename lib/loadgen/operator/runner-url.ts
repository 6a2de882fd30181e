import { variable } from '@/lib/environment/environment';
import { message, type Message } from '@/lib/model/message';

/**
 * Where the runners of a cluster reach this dashboard, or why they do not. `SCALETRACE_RUNNER_URL` tells it; loopback is
 * another machine's to each of them, but for the lab's, which reach `localUrl` too.
 */
export function runnerUrl(
  isLab: boolean,
  localUrl: string | null,
): { url: string; why: null } | { url: null; why: Message } {
  const told = variable('SCALETRACE_RUNNER_URL');
  if (told === undefined)
    return isLab && localUrl !== null
      ? { url: localUrl, why: null }
      : { url: null, why: message('problems.runner-url-needed') };
  if (!isLab && isLoopbackName(new URL(told).hostname))
    return { url: null, why: message('problems.runner-url-loopback', { url: told }) };
  return { url: `${told.replace(/\/$/, '')}/api/ingest`, why: null };
}

/** Whether an address, or a name that needs no name server, is the machine's own. */
function isLoopbackName(hostname: string): boolean {
  return (
    /^(127\.|0\.0\.0\.0$)/.test(hostname) ||
    /^\[(::1?|::ffff:7f[0-9a-f]{2}:.*)\]$/.test(hostname) ||
    /(^|\.)localhost\.?$/.test(hostname)
  );
}

import { variable } from '@/lib/environment/environment';
import { isLoopback } from '@/lib/environment/loopback';
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
  if (!isLab && isOwn(new URL(told).hostname))
    return { url: null, why: message('problems.runner-url-loopback', { url: told }) };
  return { url: `${told.replace(/\/$/, '')}/api/ingest`, why: null };
}

/** Whether an address, or a name that needs no name server, is each machine's own. */
function isOwn(hostname: string): boolean {
  return isLoopback(hostname) || /^(0\.0\.0\.0|\[::\]|(.*\.)?localhost\.?)$/.test(hostname);
}

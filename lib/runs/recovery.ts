import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Store } from '@/lib/store/client';
import { listUnderWay } from '@/lib/store/runs';
import { closeRun } from './close-run';

/**
 * Ends what an earlier process left under way: its k6, should one still live, and its runs as `interrupted`, with the
 * figures of all seconds that were stored.
 */
export async function recoverRuns(store: Store): Promise<void> {
  for (const { run, k6Pid } of await listUnderWay(store)) {
    if (k6Pid !== null && (await isK6(k6Pid))) process.kill(k6Pid, 'SIGKILL');
    await closeRun(store, run.id, null, {
      state: 'interrupted',
      stateReason: 'Scaletrace itself was ended during the run; everything up to then is here.',
    });
  }
}

// A process id may have been given to another program since: only a k6 is ended.
async function isK6(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-p', `${pid}`, '-o', 'args=']);
    return /\bk6\b.*\brun\b/.test(stdout);
  } catch {
    return false;
  }
}

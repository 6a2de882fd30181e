import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';

/** A process that is alive. */
export interface Listed {
  pid: number;
  parent: number;
  /** Its program and arguments. */
  words: string;
}

/** All processes that are alive: one that has ended and was not asked for yet is none. */
export function listProcesses(): Listed[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', words = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || state.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), words }];
  });
}

/** A process with all that it started, and what those started. */
export function treeOf(pid: number, all: readonly Listed[] = listProcesses()): Listed[] {
  return [...all.filter((one) => one.pid === pid), ...descendantsOf(pid, all)];
}

/** All that a process started, and what those started. */
export function descendantsOf(pid: number, all: readonly Listed[] = listProcesses()): Listed[] {
  return all
    .filter(({ parent }) => parent === pid)
    .flatMap((child) => [child, ...descendantsOf(child.pid, all)]);
}

/** Those of an earlier list that are alive still. */
export function stillAlive(earlier: readonly Listed[]): Listed[] {
  const now = listProcesses();
  return earlier.filter(({ pid, words }) => now.some((one) => one.pid === pid && one.words === words));
}

/**
 * Whether a process is the k6 of this run: its work folder is named after the run. That of another user names the folder by
 * a descriptor, so that only its working directory tells.
 */
export function isK6Of(run: string, { pid, words }: Listed): boolean {
  if (!/\bk6 run\b/.test(words)) return false;
  const named = `runs/${run}/`;
  return words.includes(named) || workingDirectoryOf(pid).includes(named);
}

/** Empty where the system does not tell, or the process is gone. */
function workingDirectoryOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

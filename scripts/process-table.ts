import { spawnSync } from 'node:child_process';

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

import { readdirSync, readFileSync } from 'node:fs';

/** Linux's clock ticks a second: 100 on every platform that Node runs on. */
const ticksPerSecond = 100;

export interface CpuSeconds {
  /** Of the process and its living descendants themselves. */
  own: number;
  /** Of descendants that have ended and were waited for. */
  ended: number;
}

/** The CPU time so far of a process and its descendants, from /proc (Linux). */
export function cpuOfTree(pid: number): CpuSeconds {
  const all = readAll();
  const tree = new Set([pid]);
  for (let grew = true; grew;) {
    grew = false;
    for (const { pid: child, parent } of all)
      if (tree.has(parent) && !tree.has(child)) grew = Boolean(tree.add(child));
  }
  return all
    .filter((process) => tree.has(process.pid))
    .reduce((sum, { own, ended }) => ({ own: sum.own + own, ended: sum.ended + ended }), {
      own: 0,
      ended: 0,
    });
}

/** CPU seconds of this process' own ended children. */
export function cpuOfEndedChildren(): number {
  return readStat(process.pid)[0]?.ended ?? 0;
}

/** The living children of a process. */
export function childrenOf(pid: number): number[] {
  return readAll()
    .filter(({ parent }) => parent === pid)
    .map((process) => process.pid);
}

/** What a process has of memory (bytes): resident now, and the most that it ever had. */
export function memoryOf(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { now: bytes('VmRSS'), most: bytes('VmHWM') };
}

function readAll(): ReturnType<typeof readStat> {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
}

function readStat(pid: number): { pid: number; parent: number; own: number; ended: number }[] {
  try {
    // The program's name, in parentheses, may hold spaces: what counts comes after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    return [
      {
        pid,
        parent: fields[1] ?? 0,
        own: (utime + stime) / ticksPerSecond,
        ended: (cutime + cstime) / ticksPerSecond,
      },
    ];
  } catch {
    return [];
  }
}

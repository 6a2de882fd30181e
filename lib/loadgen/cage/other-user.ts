import { readdirSync, readFileSync, statSync } from 'node:fs';

/** Numbers that systemd leaves unused, and that also a container has whose users are mapped: systemd's docs/UIDS-GIDS.md. */
const users = { from: 60_706, to: 61_183 };

/** What root needs for it, by the numbers of include/uapi/linux/capability.h. */
const needed = { CAP_CHOWN: 0, CAP_DAC_OVERRIDE: 1, CAP_KILL: 5, CAP_SETGID: 6, CAP_SETUID: 7 };

/** Why k6 cannot be another user than the dashboard's, in words; null where it can. Linux only. */
export function whyNotOtherUser(): string | null {
  if (process.getuid?.() !== 0) return 'the dashboard does not run as root';
  const [, hex = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const had = BigInt(`0x${hex}`);
  const lacking = Object.entries(needed).filter(([, number]) => ((had >> BigInt(number)) & 1n) === 0n);
  return lacking.length === 0 ? null : `root has no ${lacking.map(([name]) => name).join(', ')} here`;
}

/** The number of a user and a group that nobody has: neither named on this machine, nor any process' at the moment. */
export function unusedUser(): number {
  const taken = new Set([...numbersIn('/etc/passwd'), ...numbersIn('/etc/group'), ...usersOfProcesses()]);
  const free = Array.from({ length: users.to - users.from + 1 }, (_, i) => users.from + i).filter(
    (number) => !taken.has(number),
  );
  // Any of them, so that two that are chosen at once are hardly ever the same.
  return free[Math.floor(Math.random() * free.length)] ?? users.from;
}

/** The third field of each line. */
function numbersIn(path: string): number[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => Number(line.split(':')[2]));
  } catch {
    return [];
  }
}

function usersOfProcesses(): number[] {
  return readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? [statSync(`/proc/${name}`, { throwIfNoEntry: false })?.uid ?? 0] : [],
  );
}

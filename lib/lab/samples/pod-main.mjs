// What every sample's process does besides serving: starts late where a fault says so, ends with the lab, drains on SIGTERM.

/**
 * A number of the environment, such as a time in ms.
 * @param {string} name
 * @param {number} fallback where there is none, or one below 0
 */
export function numberOf(name, fallback) {
  const value = Number(process.env[name] ?? fallback);
  return value >= 0 ? value : fallback;
}

/**
 * @param {{ listen: (port: number, host: string) => void; drain: (done: () => void) => void }} pod `drain`: takes
 *   nothing new, ends what is under way, then calls back
 */
export function runPod({ listen, drain }) {
  setTimeout(() => listen(Number(process.env.PORT), '127.0.0.1'), numberOf('START_DELAY_MS', 0));
  // The lab holds the other end of stdin: when it is gone, even by SIGKILL, no pod stays.
  process.stdin
    .on('end', () => process.exit(0))
    .on('error', () => process.exit(0))
    .resume();
  process.on('SIGTERM', () => drain(() => process.exit(0)));
  process.on('SIGINT', () => {});
}

// Loaded before a program of ours (`node --import`): the one that started it holds the other end of its standard input,
// so when that one is gone, even by SIGKILL, this program ends too: asked first, and made to soon after.
const graceMs = 1500;

const endUnwatched = () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs);
  process.kill(process.pid, 'SIGTERM');
};
process.stdin.on('end', endUnwatched).on('error', endUnwatched).resume();
/** @type {import('node:net').Socket} */ (process.stdin).unref?.();

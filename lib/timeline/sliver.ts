interface Span {
  fromMs: number;
  toMs: number;
}

/** k6 pushes every second. */
const pushMs = 1000;

/**
 * The columns with the last one joined to the one before where it is a sliver, shorter than half a step: when a load
 * ends, k6 pushes what is left, and so many requests by so few ms is a rate that nobody sent.
 */
export function joinSliver<C extends Span>(columns: readonly C[], join: (parts: C[]) => C, stepMs = pushMs): readonly C[] {
  const [before, last] = columns.slice(-2);
  if (!before || !last || last.toMs - last.fromMs >= stepMs / 2 || before.toMs !== last.fromMs) return columns;
  return [...columns.slice(0, -2), join([before, last])];
}

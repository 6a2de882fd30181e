type QueryKind = 'read' | 'write';
type QueryTold = (kind: QueryKind, seconds: number) => void;
// A server's bundles have a copy of this file each.
const shared = globalThis as typeof globalThis & { scaletraceQueryTold?: QueryTold };

/** Calls `told` with each query of this thread from now on, once it is answered: for who meters them. */
export function followQueries(told: QueryTold): void {
  shared.scaletraceQueryTold = told;
}

/** A query begins: to be called when it is answered. */
export function timeQuery(kind: QueryKind): () => void {
  const startedMs = performance.now();
  return () => shared.scaletraceQueryTold?.(kind, (performance.now() - startedMs) / 1000);
}

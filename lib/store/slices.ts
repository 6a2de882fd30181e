/** Rows in slices of `length` at most, in their order: SQLite takes so many values in one statement. */
export function slicesOf<T>(rows: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(rows.length / length) }, (_, i) =>
    rows.slice(i * length, (i + 1) * length),
  );
}

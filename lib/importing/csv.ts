/** The cells of one line of CSV; a quoted cell may hold commas and doubled quotes, but no line break. */
export function csvCells(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  const cell = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;
  for (const match of line.matchAll(cell)) cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  return cells;
}

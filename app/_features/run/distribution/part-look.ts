import { type ChartTheme, type ColourName } from '@/app/_ui/charts/theme';

/** Colours in the order in which parts take them; a dash and a place in the legend tell them apart as well. */
const names: ColourName[] = ['p50', 'p99', 'ready', 'expected', 'p95', 'redirect', 'terminating', 'pending'];
const dashes: number[][] = [[], [7, 3], [2, 2.5], [9, 3, 2, 3]];

export function partColour(theme: ChartTheme, index: number): string {
  return theme.colours[names[index % names.length]!];
}

/** After all colours are used, the next row of them is dashed. */
export function partDash(index: number): number[] {
  return dashes[Math.floor(index / names.length) % dashes.length]!;
}

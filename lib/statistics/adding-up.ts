/**
 * Parts of a whole rounded to multiples of `step` so that they add up to the rounded whole: what is left by rounding all
 * of them down goes to those that lost the most. Parts that do not make up the whole are rounded each by itself.
 */
export function addingUp(parts: readonly number[], whole: number, step: number): number[] {
  const sum = parts.reduce((total, part) => total + part, 0);
  if (Math.abs(sum - whole) > step / 2) return parts.map((part) => Math.round(part / step) * step);
  const floors = parts.map((part) => Math.floor(part / step));
  let left = Math.round(whole / step) - floors.reduce((total, floor) => total + floor, 0);
  const order = parts
    .map((part, i) => ({ i, lost: part / step - floors[i]! }))
    .sort((a, b) => b.lost - a.lost || a.i - b.i);
  for (const { i } of order) {
    if (left <= 0) break;
    floors[i]!++;
    left--;
  }
  return floors.map((floor) => floor * step);
}

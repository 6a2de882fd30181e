import { type Line } from './lines';

export function replayHpaTrace(_lines: Line[]): string[] {
  return ['not written'];
}
export function replayHpaSync(_line: Line): string[] {
  return ['not written'];
}

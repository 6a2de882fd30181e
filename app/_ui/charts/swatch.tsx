import { type LegendItem } from './series';

const areaMarks: Partial<Record<LegendItem['shape'], string>> = {
  rising: 'M-1 5 5-1M-1 11 11-1M5 11 11 5',
  falling: 'M-1 5 5 11M-1-1 11 11M5-1 11 5',
  cross: 'M-1 11 11-1M-1-1 11 11',
  level: 'M0 5H10',
};
const dashes: Partial<Record<LegendItem['shape'], string>> = { dashed: '4 2', dotted: '1.5 1.75' };

/** A legend's sign: the same colour and pattern as the series has in its chart. */
export function Swatch({ colour, shape }: Pick<LegendItem, 'colour' | 'shape'>) {
  if (shape === 'line' || shape === 'dashed' || shape === 'dotted') {
    return (
      <svg aria-hidden viewBox="0 0 14 10" className="h-2.5 w-3.5 shrink-0">
        <path d="M0 5H14" stroke={colour} strokeWidth="2" strokeDasharray={dashes[shape]} />
      </svg>
    );
  }
  return (
    <svg aria-hidden viewBox="0 0 10 10" className="size-2.5 shrink-0 overflow-hidden rounded-[2px]">
      <rect width="10" height="10" fill={colour} opacity={shape === 'area' ? 0.75 : 0.35} />
      {shape === 'dots' ? (
        <g fill={colour}>
          <circle cx="3" cy="3" r="1.3" />
          <circle cx="7.5" cy="7.5" r="1.3" />
        </g>
      ) : (
        <path d={areaMarks[shape]} stroke={colour} strokeWidth="1.4" fill="none" />
      )}
    </svg>
  );
}

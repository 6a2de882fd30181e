import { type ColourName } from '@/app/_ui/charts/theme';

/** How a run is told from others: by colour (Okabe and Ito's), by dashes and by letter. */
export const looks: { letter: string; colour: ColourName; dash: number[] }[] = [
  { letter: 'A', colour: 'ok', dash: [] },
  { letter: 'B', colour: 'server-error', dash: [8, 3] },
  { letter: 'C', colour: 'ready', dash: [2, 2.5] },
  { letter: 'D', colour: 'no-answer', dash: [10, 3, 2, 3] },
  { letter: 'E', colour: 'p95', dash: [4.5, 2] },
  { letter: 'F', colour: 'desired', dash: [14, 4] },
];

/** The letter and line of the run at a place of the list. */
export function RunSign({ index, withLine = true }: { index: number; withLine?: boolean }) {
  const look = looks[index] ?? looks[0]!;
  return (
    <span aria-hidden className="inline-flex shrink-0 items-center gap-1.5 align-middle">
      <span className="w-2.5 text-center text-xs font-semibold">{look.letter}</span>
      {withLine && (
        <svg viewBox="0 0 28 10" className="h-2.5 w-7">
          <path
            d="M0 5H28"
            stroke={`var(--data-${look.colour})`}
            strokeWidth="2.5"
            strokeDasharray={look.dash.join(' ')}
          />
        </svg>
      )}
    </span>
  );
}

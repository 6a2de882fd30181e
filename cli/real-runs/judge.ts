import { type RealRun } from './recording';
import { replayRealRun } from './replay';

const tickMs = 2000;
/** Where in a tick's length a live run may begin to tick: so many are tried. */
const phases = 20;

export interface Judgement {
  name: string;
  /** The mean absolute error, in pods, where the first tick falls best and worst. */
  best: number;
  worst: number;
  /** As a live run ticks that begins with the recording. */
  error: number;
  ok: boolean;
  line: string;
}

/** Replays a recording with the first tick at every phase; it passes where the error is within its bound at each. */
export function judge(run: RealRun): Judgement {
  const errors = Array.from(
    { length: phases },
    (_, i) => replayRealRun(run, ((i + 1) * tickMs) / phases).meanAbsoluteError,
  );
  const best = Math.min(...errors);
  const worst = Math.max(...errors);
  const error = errors.at(-1)!;
  const bound = run.conditions.maxMeanAbsoluteError;
  const ok = worst <= bound;
  const pods = (value: number): string => value.toFixed(3);
  return {
    name: run.name,
    best,
    worst,
    error,
    ok,
    line: `${ok ? 'ok    ' : 'FAILED'} ${run.name}: mean absolute error ${pods(error)} pods (${pods(best)} to ${pods(worst)} by where the first tick falls), at most ${bound}`,
  };
}

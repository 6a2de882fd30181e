/** 0: finished, and nothing failed (thresholds, late scale-ups, the objective); in doubt is no failure. 1: not so. 2: wrong use. 3: Scaletrace cannot be reached or refuses the token. */
export const exitCodes = { good: 0, failed: 1, usage: 2, unreachable: 3 } as const;

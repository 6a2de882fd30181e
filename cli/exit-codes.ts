/** 0: finished, thresholds met, no scale-up late. 1: not so. 2: wrong use. 3: Scaletrace cannot be reached or refuses the token. */
export const exitCodes = { good: 0, failed: 1, usage: 2, unreachable: 3 } as const;

/** The spans that a board can show, in minutes. */
export const boardSpans = [15, 60, 360, 1440] as const;

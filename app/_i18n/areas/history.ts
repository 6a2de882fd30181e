/** The words of one area, in both languages. */
export const historyEn = {};

export const historyZhHant: typeof historyEn = {};

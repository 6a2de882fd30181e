/** The words of one area, in both languages. */
export const compareEn = {};

export const compareZhHant: typeof compareEn = {};

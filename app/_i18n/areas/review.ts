/** The words of one area, in both languages. */
export const reviewEn = {};

export const reviewZhHant: typeof reviewEn = {};

/** The words of one area, in both languages. */
export const trendEn = {};

export const trendZhHant: typeof trendEn = {};

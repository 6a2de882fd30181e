/** The words of one area, in both languages. */
export const shareEn = {};

export const shareZhHant: typeof shareEn = {};

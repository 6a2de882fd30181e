/** The words of one area, in both languages. */
export const whatifEn = {};

export const whatifZhHant: typeof whatifEn = {};

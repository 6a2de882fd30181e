/** The words of one area, in both languages. */
export const exportsEn = {};

export const exportsZhHant: typeof exportsEn = {};

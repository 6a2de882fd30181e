/** The words of one area, in both languages. */
export const signinEn = {};

export const signinZhHant: typeof signinEn = {};

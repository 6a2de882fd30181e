/** What stands where a secret was: of one length, which tells nothing. */
export const masked = '••••••';

/** What every answer under a share link says: keep nothing, index nothing, tell no one. */
export const shareHeaders = {
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store, no-transform',
};

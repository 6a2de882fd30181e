/** The proxy says by this request header that a page is a shared one: it has a frame without the app's pages. */
export const frameHeader = 'x-scaletrace-frame';
export const sharedFrame = 'share';

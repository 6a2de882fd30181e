// What every answer of the dashboard says to browsers: pages, assets and the API alike.

/** The request header by which pages are told the nonce of their own scripts and styles. */
export const nonceHeader = 'x-nonce';

/**
 * The Content-Security-Policy of one answer. `style` attributes, which React writes into pages, are let through; a style
 * or script element needs the nonce or to come from here. While developing, Next's tools evaluate code and add styles.
 * @param {string} nonce @param {boolean} isDev @returns {string}
 */
export function contentSecurityPolicy(nonce, isDev) {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${isDev ? " 'unsafe-eval'" : ''}`,
    isDev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * The headers of one answer, but for its policy.
 * @param {string} path of the request, without its query @returns {Record<string, string>}
 */
export function securityHeaders(path) {
  return {
    'x-content-type-options': 'nosniff',
    // For browsers that do not know frame-ancestors.
    'x-frame-options': 'DENY',
    // The address of a shared page is its secret, and a run's says what is tested.
    'referrer-policy': 'no-referrer',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), display-capture=()',
    'cross-origin-opener-policy': 'same-origin',
    // A link's picture is for chats to show.
    'cross-origin-resource-policy': /^\/api\/share\/[^/]+\/image$/.test(path)
      ? 'cross-origin'
      : 'same-origin',
  };
}

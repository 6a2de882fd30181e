/** What k6 connects to for a gateway's address: host and port, and whether without TLS. */
export function addressOf(url: string): { address: string; plaintext: boolean } {
  const [, scheme = 'http', authority = ''] = /^(https?):\/\/([^/]+)/.exec(url) ?? [];
  const port = scheme === 'https' ? 443 : 80;
  return {
    address: /:\d+$/.test(authority) ? authority : `${authority}:${port}`,
    plaintext: scheme === 'http',
  };
}

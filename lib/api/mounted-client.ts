import { apiClient, type ApiClient } from './client';
import { mountApi } from './mount';

/** The API's client to the API of this very process, without a server between: for tests. */
export function mountedClient(headers: Record<string, string> = { host: '127.0.0.1' }): ApiClient {
  const mounted = mountApi();
  return apiClient({
    baseUrl: 'http://127.0.0.1',
    headers,
    fetch: async (input, init) => mounted(new Request(input, init)),
  });
}

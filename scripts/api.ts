import { apiClient, type ApiClient } from '@/lib/api/client';
import { UserError } from '@/lib/environment/user-error';

/**
 * A dashboard's API; what is refused becomes a UserError with its words. A reading is tried again once: a kept connection
 * may be closed by the server just then.
 */
export function apiOf(url: string): ApiClient {
  return apiClient({
    baseUrl: url,
    fetch: (address, init) =>
      fetch(address, init).catch((error: unknown) => {
        if (init.method === 'GET') return fetch(address, init);
        throw error;
      }),
    errorOf: ({ status, title, detail }, route) =>
      new UserError(detail || title || `${url} answered ${route} with ${status}.`),
  });
}

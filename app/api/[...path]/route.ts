import { mountApi } from '@/lib/api/mount';

export const dynamic = 'force-dynamic';

/** The whole API: lib/api has a file a resource. */
const api = mountApi();

export { api as GET, api as HEAD, api as POST, api as PUT, api as PATCH, api as DELETE, api as OPTIONS };

import { mountApi } from '@/lib/api/mount';
import { serverWords } from '@/app/api/server-words';

export const dynamic = 'force-dynamic';

/** The whole API: lib/api has a file a resource. */
const api = mountApi(serverWords);

export { api as GET, api as HEAD, api as POST, api as PUT, api as PATCH, api as DELETE, api as OPTIONS };

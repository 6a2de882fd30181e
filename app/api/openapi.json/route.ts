import { openApiDocument } from '@/app/api/_lib/openapi';
import { registry } from '@/app/api/_lib/registry';
import { json, route } from '@/app/api/_lib/route';

/** This API as an OpenAPI 3.1 document. */
export const GET = route(async () => json(openApiDocument(registry)));

import { openApiDocument } from '../_lib/openapi';
import { registry } from '../_lib/registry';
import { json, route } from '../_lib/route';

/** This API as an OpenAPI 3.1 document. */
export const GET = route(async () => json(openApiDocument(registry)));

import { discoverServices } from '@/lib/runs/services';
import { json, route } from '@/app/api/_lib/route';

/** The cluster's Knative Services, as they would be registered. */
export const GET = route(async () => json({ services: await discoverServices() }));

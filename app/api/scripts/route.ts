import { listScripts } from '@/lib/runs/scripts';
import { getStore } from '@/lib/store/client';
import { json, route } from '@/app/api/_lib/route';

/** The scripts that ship and those that were saved. */
export const GET = route(async () => json({ scripts: await listScripts(await getStore()) }));
